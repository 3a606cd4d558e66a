// The workbench: saves by itself, puts a passage in at the cursor, looks for evidence without
// loading the page, marks 待核实 in the text. Every button also works without this script.
"use strict";
(() => {
  const form = document.getElementById("answer");
  const status = document.getElementById("status");
  const compare = document.getElementById("compare");
  const version = form.elements.version;
  const target = form.elements.target;
  const WAIT_MS = 1500;
  const RETRY_MS = 5000;
  const KEPT = `drafting:${form.dataset.matter}:${form.dataset.place}`;
  const FIELDS = ["done", "next_step", "next_unit", "next_date", "reason", "disposition"];
  let saved = typed();
  let timer = 0;
  let sending = null;
  let conflict = false;

  function typed() {
    return JSON.stringify(FIELDS.map((name) => form.elements[name].value));
  }

  function say(text, failed = false) {
    status.textContent = text;
    status.classList.toggle("failed", failed);
  }

  // ---- saving

  async function send(extra = {}) {
    const data = new FormData(form);
    data.delete("q");
    for (const [name, value] of Object.entries(extra)) data.set(name, value);
    const now = typed();
    const answer = await fetch(form.action, {
      method: "POST", body: data, headers: { Accept: "application/json" },
    });
    const said = await answer.json();
    if (answer.status === 409) {
      conflict = true;
      compare.hidden = false;
      say("尚未保存：这条答复已被他人修改。", true);
      return false;
    }
    if (!answer.ok) {
      say(`尚未保存：${said.error}`, true);
      return false;
    }
    version.value = said.version;
    document.getElementById("states").innerHTML = said.states;
    document.getElementById("sources").innerHTML = said.sources;
    saved = now;
    forget();
    say(`第 ${said.version} 版 · 保存于 ${said.saved}`);
    return true;
  }

  // One save at a time: a second one that overtakes the first would meet its own version.
  async function save(extra) {
    clearTimeout(timer);
    if (conflict) return false;
    while (sending) await sending;
    sending = send(extra).catch(() => {
      say("连接中断，内容暂存在本机，稍后自动重存。", true);
      keep();
      timer = setTimeout(save, RETRY_MS);
      return false;
    });
    const done = await sending;
    sending = null;
    return done;
  }

  form.addEventListener("input", (event) => {
    if (event.target.name === "q") return;
    clearTimeout(timer);
    if (typed() === saved) return;
    if (!conflict) say("正在输入……");
    timer = setTimeout(save, WAIT_MS);
  });

  // ---- kept in this browser while the server is away

  function keep() {
    try { localStorage.setItem(KEPT, typed()); } catch (error) { /* full or forbidden: the page still has it */ }
  }

  function forget() {
    try { localStorage.removeItem(KEPT); } catch (error) { /* nothing to forget */ }
  }

  function recall() {
    let kept = null;
    try { kept = localStorage.getItem(KEPT); } catch (error) { return; }
    if (!kept || kept === saved) return forget();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "warn";
    button.textContent = "上次有内容没有存上，取回";
    button.addEventListener("click", () => {
      JSON.parse(kept).forEach((value, n) => { form.elements[FIELDS[n]].value = value; });
      for (const area of form.querySelectorAll("[data-grow]")) {
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      button.remove();
    });
    status.before(button);
  }

  // A page that closes sends what is left; where that cannot be, the browser asks first.
  window.addEventListener("beforeunload", (event) => {
    if (leaving || typed() === saved) return;
    keep();
    if (conflict || !navigator.sendBeacon(form.action, new FormData(form))) event.preventDefault();
  });

  // A link on this page waits for the save: the next page must show what was typed here.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || link === compare || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (conflict || typed() === saved || link.hash) return;
    event.preventDefault();
    await save();
    location.assign(link.href);
  });

  // ---- buttons

  let leaving = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || conflict) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (button.name === "insert") insert(button);
    else if (button.name === "remove") save({ remove: button.value });
    else if (button.name === "look") look();
    else if (await save() && button.name) leave(button);
  });

  function leave(button) {
    leaving = true;
    const next = new URL(location.href);
    next.search = button.name === "goto" ? `?s=${button.value}` : "";
    if (button.name === "leave") next.pathname += "/reply";
    location.assign(next);
  }

  compare.addEventListener("click", (event) => {
    event.preventDefault();
    leaving = true;
    HTMLFormElement.prototype.submit.call(form);
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      save();
    }
  });

  form.elements.q.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      look();
    }
  });

  // ---- evidence

  async function look() {
    const words = new URLSearchParams({ s: form.dataset.place, q: form.elements.q.value });
    try {
      const answer = await fetch(`${location.pathname}/evidence?${words}`);
      // Redirected: to the login page.
      if (answer.ok && !answer.redirected) {
        document.getElementById("evidence").innerHTML = await answer.text();
      } else {
        say("检索没有成功，请重试。", true);
      }
    } catch (error) {
      say("连接中断，暂时不能检索。", true);
    }
  }

  async function insert(button) {
    window.answerText.putParagraph(form.elements[target.value], button.dataset.text);
    if (await save({ insert: button.value, placed: "1" }) && !button.nextElementSibling) {
      const used = document.createElement("small");
      used.className = "muted";
      used.textContent = "已用";
      button.after(used);
    }
  }

  recall();
})();

// The workbench saves by itself: within two seconds of the first letter, be the hand never still.
// What is not yet saved is kept in this browser, so that neither a cut line, nor a session that
// ends, nor a closed window loses it. Every button also works without this script.
"use strict";
(() => {
  const form = document.getElementById("answer");
  const status = document.getElementById("status");
  const compare = document.getElementById("compare");
  const login = document.getElementById("login");
  const version = form.elements.version;
  const base = form.elements.base;
  const WAIT_MS = 1500;
  const RETRY_MS = 4000;
  const KEPT_BY = `drafting:${form.dataset.user}:${form.dataset.matter}:`;
  const KEPT = KEPT_BY + form.dataset.place;
  const FIELDS = ["done", "next_step", "next_unit", "next_date", "reason", "disposition"];
  let saved = typed();
  let timer = 0;
  let sending = null;
  let conflict = false;
  let leaving = false;
  let refused = "";

  function typed() {
    return JSON.stringify(FIELDS.map((name) => form.elements[name].value));
  }

  function fill(values) {
    values.forEach((value, n) => { form.elements[FIELDS[n]].value = value; });
    window.answerText.redraw();
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
    if (answer.ok) return took(said, now);
    keep();
    if (answer.status === 409) {
      conflict = true;
      compare.hidden = false;
      say("尚未保存：这条答复已被他人修改。", true);
    } else if (answer.status === 401 || answer.status === 400) {
      // The session has ended, or a new one has begun in another window; or a text is refused.
      login.hidden = answer.status !== 401;
      refused = now;
      say(`尚未保存，内容暂存在本机：${said.error}`, true);
      timer = setTimeout(renew, RETRY_MS);
    } else {
      say(`尚未保存，内容暂存在本机：${said.error}`, true);
    }
    return false;
  }

  function took(said, now) {
    login.hidden = true;
    document.getElementById("states").innerHTML = said.states;
    document.getElementById("sources").innerHTML = said.sources;
    document.getElementById("matter-facts").innerHTML = said.facts;
    const joined = Object.keys(said.merged).length > 0;
    // Put together with another person's changes. While the hand is still at it, the old base
    // stays: the next save is put together anew.
    if (joined && typed() !== now) {
      timer = setTimeout(save, WAIT_MS);
      return true;
    }
    if (joined) {
      fill(FIELDS.map((name) => said.merged[name]).slice(0, 5).concat(said.merged.disposition));
      now = typed();
    }
    version.value = said.version;
    base.value = said.base;
    saved = now;
    if (typed() === now) forget();
    say(`第 ${said.version} 版 · 保存于 ${said.saved}${joined ? " · 已并入他人的修改" : ""}`);
    form.dispatchEvent(new Event("saved"));
    return true;
  }

  // One save at a time: a second one that overtakes the first would meet its own version.
  async function save(extra) {
    clearTimeout(timer);
    timer = 0;
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
    // What was typed while it was under way.
    if (done && typed() !== saved && !timer) timer = setTimeout(save, WAIT_MS);
    return done;
  }

  // After a new login the token is another one; then what was typed is sent.
  async function renew() {
    timer = 0;
    try {
      const answer = await fetch(`${location.pathname}/pulse`, { headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) {
        const token = (await answer.json()).csrf;
        // The same session: it was the text that was refused, and would be again unless changed.
        if (token === form.elements.csrf.value) return typed() === refused ? false : save();
        for (const field of document.querySelectorAll("input[name=csrf]")) field.value = token;
        login.hidden = true;
        return save();
      }
    } catch (error) { /* still away: tried again below */ }
    timer = setTimeout(renew, RETRY_MS);
    return false;
  }

  form.addEventListener("input", (event) => {
    if (!FIELDS.includes(event.target.name)) return;
    if (typed() === saved) return forget();
    keep();
    if (!conflict) say("正在输入……");
    // Not put off by further typing: two seconds are the most that may be lost.
    if (!timer) timer = setTimeout(save, WAIT_MS);
    return undefined;
  });

  // ---- kept in this browser until it is saved

  function keep() {
    const values = JSON.parse(typed());
    try { localStorage.setItem(KEPT, JSON.stringify({ base: base.value, values })); } catch (error) { /* full or forbidden: the page still has it */ }
  }

  function forget() {
    try { localStorage.removeItem(KEPT); } catch (error) { /* nothing to forget */ }
  }

  function kept(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
  }

  // What an earlier page could not save: sent at once where nobody changed the answer since, else
  // offered.
  function recall() {
    const found = kept(KEPT);
    if (!found || JSON.stringify(found.values) === saved) return forget();
    if (found.base === base.value) {
      fill(found.values);
      say("已取回上次没有存上的内容。");
      return save();
    }
    offer("上次有内容没有存上，取回", () => { fill(found.values); save(); });
    return undefined;
  }

  function recallOthers() {
    let keys = [];
    try { keys = Object.keys(localStorage); } catch (error) { return; }
    const places = keys.filter((key) => key.startsWith(KEPT_BY) && key !== KEPT).map((key) => Number(key.slice(KEPT_BY.length)));
    const place = places.filter((one) => one > 0).sort((a, b) => a - b)[0];
    if (place) offer(`第 ${place} 条有内容没有存上，去看`, () => { location.search = `?s=${place}`; });
  }

  function offer(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "warn";
    button.textContent = text;
    button.addEventListener("click", () => { button.remove(); act(); });
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
    if (!link || link.target || link.dataset.tab || link === compare || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (conflict || typed() === saved || link.hash) return;
    event.preventDefault();
    await save();
    location.assign(link.href);
  });

  // ---- buttons

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || conflict) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (button.name === "insert") window.side.insert(button);
    else if (button.name === "remove") save({ remove: button.value });
    else if (button.name === "look") window.side.look();
    else if (await save() && button.name) leave(button);
  });

  function leave(button) {
    leaving = true;
    const next = new URL(location.href);
    const tab = form.elements.tab.value;
    next.search = button.name === "goto" ? `?s=${button.value}${tab === "evidence" ? "" : `&tab=${tab}`}` : "";
    if (button.name === "leave") next.pathname += "/reply";
    location.assign(next);
  }

  compare.addEventListener("click", (event) => {
    event.preventDefault();
    leaving = true;
    HTMLFormElement.prototype.submit.call(form);
  });

  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    if (event.key === "s") {
      event.preventDefault();
      save();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const next = form.querySelector(".bar [name=goto], .bar [name=leave]");
      if (next) next.click();
    }
  });

  document.querySelector(".keys").hidden = false;
  window.workbench = { save, say };
  recall();
  recallOthers();
})();

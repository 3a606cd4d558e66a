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
  const ONWARD = "drafting:onward";
  const { kept } = window;
  const KINDS = Object.fromEntries(JSON.parse(form.dataset.fields));
  const FIELDS = Object.keys(KINDS);
  let saved = typed();
  let timer = 0;
  let sending = null;
  let conflict = false;
  let leaving = false;
  let refused = "";
  let stored = true;
  let warned = false;
  let applying = false;
  // Passages whose words stand in the text, while the server does not know their source yet.
  const owed = [];

  function typed() {
    return JSON.stringify(FIELDS.map((name) => form.elements[name].value));
  }

  function fill(values) {
    values.forEach((value, n) => { form.elements[FIELDS[n]].value = value; });
    window.answerText.redraw();
  }

  // What taking a passage in changes, in steps that Ctrl+Z takes back; returns how many.
  function become(values) {
    applying = true;
    let steps = 0;
    FIELDS.forEach((name, n) => {
      if (KINDS[name] === "choice") form.elements[name].value = values[n];
      else if (window.answerText.become(form.elements[name], values[n])) steps += 1;
    });
    applying = false;
    window.answerText.redraw();
    return steps;
  }

  function say(text, failed = false) {
    status.textContent = text;
    status.classList.toggle("failed", failed);
  }

  // Where the text is that is not saved: only what is true may be promised.
  function where() {
    return stored ? "内容暂存在本机" : "本机也存不下，请不要关闭这一页";
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
    if (answer.ok) return took(said, now, extra);
    if (answer.status === 400 && (extra.insert || extra.remove)) {
      // It is the passage that was refused, not what was typed.
      window.side.tell(said.error);
      timer = setTimeout(save, 0);
      return false;
    }
    keep();
    if (extra.insert) window.side.tell("还没有插入。");
    if (answer.status === 409) {
      conflict = true;
      compare.hidden = false;
      say("尚未保存：这条答复已被他人修改。", true);
    } else if (answer.status === 401 || answer.status === 400) {
      // The session has ended, or a new one has begun in another window; or a text is refused.
      login.hidden = answer.status !== 401;
      refused = now;
      say(`尚未保存，${where()}：${said.error}`, true);
      timer = setTimeout(renew, RETRY_MS);
    } else {
      say(`尚未保存，${where()}：${said.error}`, true);
      // The server's own trouble (no room, a lock) may pass.
      if (answer.status >= 500) timer = setTimeout(save, RETRY_MS);
    }
    return false;
  }

  function took(said, now, extra) {
    login.hidden = true;
    warned = false;
    document.getElementById("states").innerHTML = said.states;
    document.getElementById("sources").innerHTML = said.sources;
    document.getElementById("matter-facts").innerHTML = said.facts;
    const changed = Object.keys(said.merged).length > 0;
    const stands = changed ? FIELDS.map((name) => said.merged[name]) : JSON.parse(now);
    const pressed = Boolean(extra.insert || extra.remove);
    const next = changed ? joined(JSON.parse(now), stands, pressed) : null;
    // Put together with another person's changes. While the hand is still at it, the old base
    // stays: the next save is put together anew.
    if (changed && !next) {
      if (said.said) window.side.tell(said.said);
      timer = setTimeout(save, WAIT_MS);
      return true;
    }
    version.value = said.version;
    base.value = said.base;
    saved = JSON.stringify(stands);
    let steps = 0;
    if (next && pressed) steps = become(next);
    else if (next) fill(next);
    if (typed() === saved) kept.drop();
    const merged = said.joined ? " · 已并入他人的修改" : "";
    say(typed() === saved ? `第 ${said.version} 版 · 保存于 ${said.saved}${merged}` : "正在输入……");
    window.side.took(said, now, extra, steps);
    form.dispatchEvent(new Event("saved"));
    return true;
  }

  // What the page is to show: what the server has, with what was typed since it was asked. A field
  // that has another value for both is the clerk's. Nothing where the two cannot be told apart.
  function joined(sent, stands, pressed) {
    const now = JSON.parse(typed());
    if (JSON.stringify(now) === JSON.stringify(sent)) return stands;
    if (!pressed) return null;
    const next = FIELDS.map((name, n) => {
      if (stands[n] === sent[n]) return now[n];
      return KINDS[name] === "text"
        ? window.answerText.rebased(sent[n], stands[n], now[n])
        : now[n] === sent[n] ? stands[n] : now[n];
    });
    return next.includes(undefined) ? null : next;
  }

  // One save at a time: a second one that overtakes the first would meet its own version.
  async function save(extra) {
    clearTimeout(timer);
    timer = 0;
    if (conflict) return false;
    while (sending) await sending;
    sending = send(extra || {}).catch(() => {
      keep();
      // The text may be another one by then.
      if (extra && extra.insert) owed.push({ ...extra, cursor: "" });
      say(`连接中断，${where()}，稍后自动重存。`, true);
      timer = setTimeout(save, RETRY_MS);
      return false;
    });
    const done = await sending;
    sending = null;
    if (done && owed.length) return save(owed.shift());
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
    if (applying || !FIELDS.includes(event.target.name)) return;
    if (typed() === saved) return kept.drop();
    keep();
    if (!conflict) say("正在输入……");
    // Not put off by further typing: two seconds are the most that may be lost.
    if (!timer) timer = setTimeout(save, WAIT_MS);
    return undefined;
  });

  // ---- kept in this browser until it is saved

  function keep() {
    const values = JSON.parse(typed());
    stored = kept.put(base.value, Object.fromEntries(FIELDS.map((name, n) => [name, values[n]])));
  }

  // What an earlier page could not save: sent at once where nobody changed the answer since, else
  // offered; what answers another suggestion is offered there, or here where that one is gone.
  function recall() {
    const states = [...document.querySelectorAll(".state")];
    for (const { fields, ...entry } of kept.all()) {
      const found = { ...entry, values: FIELDS.map((name) => fields[name] || "") };
      if (!kept.answers(found, form)) offerElsewhere(found, states.find((one) => kept.answers(found, one)));
      else if (JSON.stringify(found.values) === typed()) kept.drop(found.key);
      else if (found.base === base.value && typed() === saved) {
        fill(found.values);
        say("已取回上次没有存上的内容。");
        take(found);
      } else {
        offer("上次有内容没有存上，取回", () => { fill(found.values); take(found); });
      }
    }
  }

  function take(found) {
    keep();
    if (stored) kept.drop(found.key);
    save();
  }

  function offerElsewhere(found, state) {
    if (state) {
      offer(`第 ${state.value} 条有内容没有存上，去看`, () => { location.search = `?s=${state.value}`; });
      return;
    }
    const written = found.values.filter((value, n) => value && KINDS[FIELDS[n]] !== "choice").join("\n");
    if (!written) return;
    offer(`“${found.words.slice(0, 12)}”已不在清单中，为它写的内容取到这一条`, () => {
      window.answerText.append(written);
      take(found);
    });
  }

  function offer(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "warn";
    button.textContent = text;
    button.addEventListener("click", () => { button.remove(); act(); });
    document.getElementById("offers").append(button);
  }

  // A page that closes sends what is left; where that cannot be, the browser asks first.
  window.addEventListener("beforeunload", (event) => {
    if (leaving || typed() === saved) return;
    keep();
    const sent = !conflict && navigator.sendBeacon(form.action, new FormData(form));
    // What is handed to the browser may still not arrive.
    if (sent && (stored || !status.classList.contains("failed"))) return;
    event.preventDefault();
    // Chromium before 119 asks only where this is set too.
    event.returnValue = true;
  });

  // A link on this page waits for the save: the next page must show what was typed here.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || link.dataset.tab || link === compare || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (conflict || typed() === saved || link.hash) return;
    event.preventDefault();
    if (await save() || warned) location.assign(link.href);
    else {
      warned = true;
      say(`${status.textContent}再点一次链接才离开。`, true);
    }
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
    else if (button.name === "remove") window.side.remove(button);
    else if (button.name === "look") window.side.look();
    else if (button.name === "try") window.side.look(button.value);
    else if (await save() && button.name) leave(button);
  });

  function leave(button) {
    leaving = true;
    if (["redraft", "resolve", "trial", "trial-stop", "trial-take"].includes(button.name)) {
      const asked = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
      form.append(asked);
      HTMLFormElement.prototype.submit.call(form);
      // Not for a page that comes back by the browser's "back".
      asked.remove();
      return;
    }
    const next = new URL(location.href);
    const tab = form.elements.tab.value;
    next.search = button.name === "goto" ? `?s=${button.value}${tab === "evidence" ? "" : `&tab=${tab}`}` : "";
    if (button.name === "leave") next.pathname += "/reply";
    if (button.name === "goto") sessionStorage.setItem(ONWARD, "1");
    location.assign(next);
  }

  compare.addEventListener("click", (event) => {
    event.preventDefault();
    leaving = true;
    HTMLFormElement.prototype.submit.call(form);
  });

  document.addEventListener("keydown", (event) => {
    // The digit of the key, whatever Alt makes of it.
    const digit = event.altKey && !event.ctrlKey && /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const choice = digit && form.querySelectorAll(".radios input[type=radio]")[digit[1] - 1];
    if (choice) {
      event.preventDefault();
      choice.click();
    }
    if (!event.ctrlKey && !event.metaKey) return;
    // Caps Lock makes it S.
    if (event.key.toLowerCase() === "s" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      save();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const next = form.querySelector(".bar [name=goto], .bar [name=leave]");
      if (next) next.click();
    }
  });

  // Whoever went on to this answer goes on writing: the cursor stands in it.
  if (sessionStorage.getItem(ONWARD)) {
    sessionStorage.removeItem(ONWARD);
    document.getElementById("f-done").focus({ preventScroll: true });
  }
  document.querySelector(".keys").hidden = false;
  window.workbench = { save, say, typed, become };
  recall();
})();

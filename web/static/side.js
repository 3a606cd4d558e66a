// Beside the answer: the tabs 依据, 事实, 借用; a passage taken in at the cursor; a jump
// from a fact to its place; and the pages of the paper on which this answer stands.
"use strict";
window.side = (() => {
  const form = document.getElementById("answer");
  const side = document.getElementById("side");
  const { save, say } = window.workbench;

  async function show(tab, q = "", facts = "") {
    const words = new URLSearchParams({ s: form.dataset.place, tab, q, facts });
    try {
      const answer = await fetch(`${location.pathname}/side?${words}`);
      // Redirected: to the login page.
      if (!answer.ok || answer.redirected) return say("没有取到内容，请重试。", true);
      side.innerHTML = await answer.text();
      side.scrollTop = 0;
    } catch (error) {
      say("连接中断，暂时取不到内容。", true);
    }
    return undefined;
  }

  // What the clerk typed, or words that the page proposes; those also show where they led to.
  async function look(words) {
    await show("evidence", words || form.elements.q.value);
    if (words && form.elements.q) form.elements.q.focus();
  }

  // ---- a passage taken in, and taken back

  const told = document.getElementById("told");
  const takeBack = document.getElementById("take-back");
  let last = null;
  let undone = null;

  function tell(text, canUndo = false) {
    told.textContent = text;
    takeBack.hidden = !canUndo;
    told.parentElement.hidden = !text;
  }

  // What of the passage is selected; of a passage beside it nothing.
  function picked(button) {
    const chosen = window.getSelection();
    const passage = button.closest(".passage, .past-line");
    if (!passage || chosen.isCollapsed || !passage.contains(chosen.anchorNode) || !passage.contains(chosen.focusNode)) return "";
    return chosen.toString();
  }

  const used = () => [...document.querySelectorAll(".used:not([hidden]) button")].map((one) => one.value);

  function showUsed(handles) {
    for (const one of side.querySelectorAll(".used")) one.hidden = !handles.includes(one.querySelector("button").value);
  }

  function insert(button) {
    return save({ insert: button.value, cursor: window.answerText.cursor(), selected: picked(button) });
  }

  const remove = (button) => save({ remove: button.value });

  // After a save: what was taken in is shown, said, and can be taken back.
  function took(said, before, extra, steps) {
    const known = used();
    showUsed(said.used);
    if (!said.said) return;
    const { inserted } = said;
    if (inserted) {
      window.answerText.selectPlaced(inserted.field, inserted.start, inserted.end);
      const fresh = said.used.includes(extra.insert) && !known.includes(extra.insert);
      last = { before, after: window.workbench.typed(), steps, extra, remove: fresh ? extra.insert : "" };
    } else {
      last = null;
    }
    undone = null;
    tell(said.said, Boolean(inserted && steps));
  }

  async function undo() {
    const { before, steps, extra, remove: handle } = last;
    last = null;
    for (let n = 0; n < steps; n += 1) document.execCommand("undo");
    window.workbench.become(JSON.parse(before));
    const back = await save(handle ? { remove: handle } : {});
    undone = { before, extra };
    tell(back ? "已撤销插入" : "已撤销插入，还没有保存");
  }

  takeBack.addEventListener("click", undo);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const now = window.workbench.typed();
    if (key === "z" && !event.shiftKey && last && last.steps && now === last.after) {
      event.preventDefault();
      undo();
    } else if ((key === "y" || (key === "z" && event.shiftKey)) && undone && now === undone.before) {
      event.preventDefault();
      save(undone.extra);
      undone = null;
    }
  });

  // A press on 插入 must not take away what was selected for it.
  side.addEventListener("mousedown", (event) => {
    const button = event.target.closest("[name=insert]");
    if (button && picked(button)) event.preventDefault();
  });

  // The server counts characters, a field of the page counts 𠮷 twice.
  function unitsBefore(field, characters) {
    return [...form.elements[field].value].slice(0, Number(characters)).join("").length;
  }

  side.addEventListener("click", async (event) => {
    const tab = event.target.closest("[data-tab]");
    const jump = event.target.closest(".jump");
    const close = event.target.closest(".close-with");
    if (tab && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      // The ledger speaks of what is saved.
      await save();
      await show(tab.dataset.tab, "", tab.dataset.facts);
      const now = side.querySelector(`[data-tab=${tab.dataset.tab}]`);
      if (now) now.focus();
    } else if (jump) {
      const { field, start, end } = jump.dataset;
      window.answerText.select(field, unitsBefore(field, start), unitsBefore(field, end));
    } else if (close) {
      document.getElementById("f-closing").value = close.dataset.text;
    }
  });

  side.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name === "q") {
      event.preventDefault();
      look();
    }
  });

  // ---- a model that writes: its sentences are put in as they come, what was ticked stays ticked,
  // what was opened open

  const WRITING = 1000;

  async function follow() {
    const trial = side.querySelector("#trial[data-open]");
    if (!trial || document.hidden) return;
    const words = new URLSearchParams({ s: form.dataset.place, tab: "trial" });
    try {
      const answer = await fetch(`${location.pathname}/side?${words}`);
      if (!answer.ok || answer.redirected || !trial.isConnected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#trial");
      if (!fresh || fresh.innerHTML === trial.innerHTML) return;
      const ticked = [...trial.querySelectorAll(":checked")].map((one) => one.value);
      const opened = [...trial.querySelectorAll("details[open]")].map((one) => one.dataset.source);
      for (const one of fresh.querySelectorAll("details")) one.open = opened.includes(one.dataset.source);
      trial.replaceWith(fresh);
      for (const one of fresh.querySelectorAll("[name=trial-line]")) if (ticked.includes(one.value)) one.checked = true;
    } catch (error) { /* the next turn asks again */ }
  }

  setInterval(follow, WRITING);

  // ---- the paper

  const strip = document.getElementById("strip");
  const paper = document.getElementById("strip-paper");
  const OPEN = "drafting:strip";

  async function typeset() {
    if (strip.hidden) return;
    try {
      const answer = await fetch(`${location.pathname}/strip?s=${form.dataset.place}`);
      if (!answer.ok || answer.redirected) return;
      const at = paper.scrollTop;
      const first = !paper.firstChild;
      paper.innerHTML = await answer.text();
      paper.scrollTop = at;
      if (first) toHeading();
    } catch (error) { /* the status already says that the line is cut */ }
  }

  // To where this answer begins.
  function toHeading() {
    const headings = [...paper.querySelectorAll(".heading")];
    const asked = document.querySelector(".suggestion").textContent.replace(/^\d+\.\s*/, "").replace(/[“”‘’\s]/g, "").slice(0, 6);
    const found = headings.find((one) => one.textContent.replace(/[“”‘’\s]/g, "").includes(asked));
    if (found) paper.scrollTop = found.getBoundingClientRect().top - paper.getBoundingClientRect().top - 8;
  }

  // Where there is room for both, the paper stands there unless it was closed.
  const toggle = document.getElementById("show-paper");
  const ROOM = "(min-width: 1600px)";

  function showPaper(shown) {
    strip.hidden = !shown;
    form.classList.toggle("with-paper", shown);
    toggle.setAttribute("aria-expanded", shown);
    typeset();
  }

  function remembered() {
    try { return localStorage.getItem(OPEN); } catch (error) { return null; }
  }

  function togglePaper() {
    showPaper(strip.hidden);
    try { localStorage.setItem(OPEN, strip.hidden ? "closed" : "open"); } catch (error) { /* not remembered */ }
  }

  toggle.hidden = false;
  toggle.addEventListener("click", togglePaper);
  showPaper((remembered() || (window.matchMedia(ROOM).matches ? "open" : "closed")) === "open");

  // ---- by keyboard from one column to the next

  function nextPane(back) {
    const panes = [
      [document.querySelector(".middle"), "textarea"], [side, "a, button, input:not([type=hidden])"],
      [strip, "[tabindex]"], [document.querySelector(".left"), ".state[aria-current]"],
    ].filter(([pane]) => pane.getClientRects().length);
    const at = panes.findIndex(([pane]) => pane.contains(document.activeElement));
    const [pane, first] = panes[(at + (back ? panes.length - 1 : 1)) % panes.length];
    const target = pane.querySelector(first);
    if (target) target.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "F6" && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      nextPane(event.shiftKey);
    } else if (event.altKey && event.key.toLowerCase() === "p" && !event.ctrlKey) {
      event.preventDefault();
      togglePaper();
    }
  });

  form.addEventListener("saved", typeset);

  return { insert, remove, took, tell, look };
})();

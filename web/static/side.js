// Beside and below the answer: the tabs 依据, 事实, 借用; a passage taken in at the cursor; a jump
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

  async function insert(button) {
    window.answerText.putParagraph(form.elements[form.elements.target.value], button.dataset.text);
    const source = { insert: button.value, placed: "1", shown: form.elements.shown.value };
    if (await save(source) && !button.nextElementSibling) {
      const used = document.createElement("small");
      used.className = "muted";
      used.textContent = "已用";
      button.after(used);
    }
  }

  // The server counts characters, a field of the page counts 𠮷 twice.
  function unitsBefore(field, characters) {
    return [...form.elements[field].value].slice(0, Number(characters)).join("").length;
  }

  side.addEventListener("click", async (event) => {
    const tab = event.target.closest("[data-tab]");
    const jump = event.target.closest(".jump");
    const put = event.target.closest(".put");
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
    } else if (put) {
      window.answerText.putParagraph(form.elements[form.elements.target.value], put.dataset.text);
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

  // ---- the paper

  const strip = document.getElementById("strip");
  const paper = document.getElementById("strip-paper");
  const OPEN = "drafting:strip";

  async function typeset() {
    if (!strip.open) return;
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

  strip.hidden = false;
  try { strip.open = localStorage.getItem(OPEN) !== "closed"; } catch (error) { /* stays open */ }
  strip.addEventListener("toggle", () => {
    try { localStorage.setItem(OPEN, strip.open ? "open" : "closed"); } catch (error) { /* not remembered */ }
    typeset();
  });
  form.addEventListener("saved", typeset);
  typeset();

  return { insert, look };
})();

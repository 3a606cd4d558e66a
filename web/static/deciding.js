// 审阅: words selected in the paper are what a comment is about; without script it is a paragraph.
"use strict";
(() => {
  const form = document.getElementById("comment-form");
  const paper = document.getElementById("paper");
  if (!form || !paper) return;
  const picked = document.getElementById("picked");
  const which = document.getElementById("which");
  const { words, near, said } = form.elements;
  const item = document.getElementById("f-item");
  const float = Object.assign(document.createElement("button"), { type: "button", className: "primary float", textContent: "批注", hidden: true });
  document.body.append(float);
  document.getElementById("unpick").hidden = false;
  which.querySelector(".select-hint").hidden = false;

  // The words of one paragraph that are selected: a selection over several counts for its first.
  function selected() {
    const chosen = window.getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return null;
    const range = chosen.getRangeAt(0);
    const node = range.startContainer;
    const first = (node.nodeType === 1 ? node : node.parentElement).closest("[data-item]");
    if (!first || !paper.contains(first)) return null;
    const number = first.dataset.item;
    const pieces = [...paper.querySelectorAll(`[data-item="${number}"]`)];
    const inside = document.createRange();
    let text = "";
    let start = -1;
    let before = 0;
    for (const piece of pieces) {
      inside.selectNodeContents(piece);
      if (piece === first) {
        const lead = inside.cloneRange();
        lead.setEnd(range.startContainer, range.startOffset);
        start = before + lead.toString().length;
        inside.setStart(range.startContainer, range.startOffset);
      }
      if (start >= 0) {
        const last = inside.comparePoint(range.endContainer, range.endOffset) === 0;
        if (last) inside.setEnd(range.endContainer, range.endOffset);
        text += inside.toString();
        if (last) break;
      }
      before += piece.textContent.length;
    }
    return text.trim() ? { number, text, start, box: range.getBoundingClientRect() } : null;
  }

  function pick(found) {
    words.value = found ? found.text : "";
    near.value = found ? found.start : "";
    if (found) item.value = found.number;
    picked.hidden = !found;
    which.hidden = Boolean(found);
    picked.querySelector("span").textContent = found ? found.text : "";
  }

  let waiting = null;
  document.addEventListener("selectionchange", () => {
    waiting = selected();
    float.hidden = !waiting;
    if (!waiting) return;
    float.style.left = `${Math.max(8, Math.min(waiting.box.left, document.documentElement.clientWidth - 96))}px`;
    float.style.top = `${Math.min(waiting.box.bottom + 8, window.innerHeight - 112)}px`;
  });
  // Pressing a button must not take the selection away before it is read.
  float.addEventListener("pointerdown", (event) => event.preventDefault());
  float.addEventListener("click", () => {
    if (!waiting) return;
    pick(waiting);
    float.hidden = true;
    said.focus();
    said.scrollIntoView({ block: "center" });
  });
  document.getElementById("unpick").addEventListener("click", () => pick(null));
  if (words.value) which.hidden = true;

  // A comment and its passage show each other.
  for (const one of document.querySelectorAll("[data-comment]")) {
    const show = (on) => {
      for (const part of paper.querySelectorAll(`.c-${one.dataset.comment}`)) part.classList.toggle("lit", on);
    };
    one.addEventListener("mouseenter", () => show(true));
    one.addEventListener("mouseleave", () => show(false));
    one.addEventListener("focusin", () => show(true));
    one.addEventListener("focusout", () => show(false));
  }
})();

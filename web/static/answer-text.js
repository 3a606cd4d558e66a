// The texts of an answer: they grow with what is written, show 待核实 in amber, and take words in
// at the cursor in a way that Ctrl+Z takes back.
"use strict";
window.answerText = (() => {
  const form = document.getElementById("answer");
  const LONG = ["done", "next_step", "reason"];
  const PENDING = /(【待核实[^】]*】)/;
  let last = "done";

  // execCommand and not setRangeText, which would empty the undo history.
  function put(area, text) {
    area.focus();
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // A passage is a paragraph of its own.
  function putParagraph(area, text) {
    const before = area.value.slice(0, area.selectionStart);
    const after = area.value.slice(area.selectionEnd);
    put(area, (before && !before.endsWith("\n") ? "\n" : "") + text
      + (after && !after.startsWith("\n") ? "\n" : ""));
  }

  form.addEventListener("focusin", (event) => {
    const name = event.target.name;
    if (LONG.includes(name)) last = name;
    // Where a passage goes that is taken in.
    if (name === "done" || name === "next_step") form.elements.target.value = name;
  });

  const pend = document.getElementById("pend");
  pend.hidden = false;
  // The text keeps the cursor while the button is pressed.
  pend.addEventListener("mousedown", (event) => event.preventDefault());
  pend.addEventListener("click", () => {
    const area = form.elements[last];
    put(area, "【待核实：】");
    area.selectionStart = area.selectionEnd = area.selectionEnd - 1;
  });

  // A copy of the text lies behind it: it gives the height, and colours the marks.
  function mirror(area) {
    const behind = document.createElement("div");
    behind.className = "mirror";
    behind.setAttribute("aria-hidden", "true");
    area.before(behind);
    area.parentElement.classList.add("grows");
    const draw = () => {
      behind.replaceChildren();
      area.value.split(PENDING).forEach((part, n) => {
        const node = n % 2 ? document.createElement("mark") : document.createTextNode(part);
        if (n % 2) node.textContent = part;
        behind.append(node);
      });
      behind.append("\n");
    };
    area.addEventListener("input", draw);
    draw();
  }
  form.querySelectorAll("[data-grow]").forEach(mirror);

  // A mark in the list below leads to its place in the text.
  document.getElementById("sources").addEventListener("click", (event) => {
    const mark = event.target.closest(".mark-link");
    if (!mark) return;
    const name = LONG.find((one) => form.elements[one].value.includes(mark.textContent));
    if (!name) return;
    const at = form.elements[name].value.indexOf(mark.textContent);
    form.elements[name].focus();
    form.elements[name].setSelectionRange(at, at + mark.textContent.length);
  });

  return { putParagraph };
})();

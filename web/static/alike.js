// A selection in a document's text offers to look for documents like it.
"use strict";
(() => {
  const SHORTEST = 2;
  const LONGEST = 800;
  const button = document.createElement("a");
  button.className = "button primary alike";
  button.textContent = "查找相似内容";
  button.hidden = true;
  document.body.append(button);

  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    const text = chosen.toString().replace(/\s+/g, " ").trim().slice(0, LONGEST);
    const place = chosen.anchorNode && (chosen.anchorNode.closest
      ? chosen.anchorNode : chosen.anchorNode.parentElement);
    const within = place && place.closest("[data-alike]");
    button.hidden = !within || text.length < SHORTEST;
    if (button.hidden) return;
    button.href = `${within.dataset.alike}?q=${encodeURIComponent(text)}`;
    const box = chosen.getRangeAt(0).getBoundingClientRect();
    button.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 160))}px`;
    button.style.top = `${Math.min(innerHeight - 48, Math.max(8, box.bottom + 6))}px`;
  });
})();

// From finding to finding as in Word (F7, Shift+F7) or by J and K; A fixes, I ignores. Every button
// works without this script too.
"use strict";
(() => {
  const text = document.getElementById("check-text");
  const list = document.getElementById("check-items");
  const items = new Map([...list.querySelectorAll("[data-key]")].map((item) => [item.dataset.key, item]));
  const marks = [...text.querySelectorAll("[data-keys]")];
  // Open findings in the order in which the text has them: a mark may belong to several.
  const order = [...new Set(marks.flatMap((mark) => mark.dataset.keys.split(" ")))].filter((key) => items.has(key) && !items.get(key).classList.contains("done"));
  let current = "";

  function marksOf(key) {
    return marks.filter((mark) => mark.dataset.keys.split(" ").includes(key));
  }

  function select(key, focus = true) {
    for (const one of document.querySelectorAll(".current")) one.classList.remove("current");
    current = key;
    const item = items.get(key);
    if (!item) return;
    const own = marksOf(key);
    for (const mark of own) mark.classList.add("current");
    if (own.length) own[0].scrollIntoView({ block: "center" });
    item.classList.add("current");
    item.scrollIntoView({ block: "nearest" });
    if (focus) item.focus({ preventScroll: true });
    history.replaceState(null, "", `#f-${key}`);
  }

  function step(by) {
    if (!order.length) return;
    const at = order.indexOf(current);
    const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
    select(order[next]);
  }

  // RULE-paragraph-start-end-…: what is fixed changes the offsets behind it in its paragraph.
  function place(key) {
    const [paragraph, start] = key.split("-").slice(1, 3).map(Number);
    return paragraph * 1e6 + start;
  }

  function nearest(key) {
    if (items.has(key)) return key;
    return order.find((one) => place(one) >= place(key)) || order[0] || "";
  }

  function press(name) {
    const item = items.get(current);
    const button = item && item.querySelector(`button[name=${name}]`);
    if (button) button.click();
  }

  text.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-keys]");
    if (!mark) return;
    const keys = mark.dataset.keys.split(" ");
    select(keys[(keys.indexOf(current) + 1) % keys.length]);
  });

  list.addEventListener("click", (event) => {
    const item = event.target.closest("[data-key]");
    if (!item || event.target.closest("button, input, summary")) return;
    event.preventDefault();
    select(item.dataset.key);
  });

  list.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-key]");
    if (item && item.dataset.key !== current) select(item.dataset.key, false);
  });

  // The page comes back at the finding after the one that was decided.
  list.addEventListener("submit", (event) => {
    const item = event.target.closest("[data-key]");
    const at = item ? order.indexOf(item.dataset.key) : -1;
    const next = at < 0 ? item && item.dataset.key : order[at + 1] || order[at - 1];
    event.target.elements.next.value = next || "";
  });

  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const action = {
      j: () => step(1), k: () => step(-1), f7: () => step(event.shiftKey ? -1 : 1),
      a: () => press("accept"), i: () => press("once"),
    }[key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  document.getElementById("check-keys").hidden = !order.length;
  const asked = decodeURIComponent(location.hash).match(/^#[fm]-(.+)$/);
  if (asked) select(nearest(asked[1]));
})();

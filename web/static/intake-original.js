// The original beside what was read from it. Whatever has the focus at the right shows its place
// at the left; words that are selected at the left become a suggestion or fill a field.
// Places count characters as Python does, so a rare character (two units here) counts once.
"use strict";
window.original = (() => {
  const form = document.getElementById("intake");
  const box = document.getElementById("original");
  if (!box) return { repaint() {}, show() {} };
  const grab = document.getElementById("grab");
  const filled = document.getElementById("filled");
  const lines = [...box.children];
  const starts = lines.map((line) => Number(line.dataset.at));
  const whole = lines.map((line) => line.textContent).join("\n");
  const wide = /[\ud800-\udfff]/.test(whole);
  const characters = wide ? Array.from(whole) : whole;
  const painted = new Map();
  let current = null;
  let chosen = null;
  let sentences = null;

  function words(start, end) {
    const found = characters.slice(start, end);
    return wide ? found.join("") : found;
  }

  // ---- offsets

  function lineAt(offset) {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle] <= offset) low = middle; else high = middle - 1;
    }
    return low;
  }

  function offsetOf(node, at) {
    if (node === box) return at < starts.length ? starts[at] : characters.length;
    const start = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const line = start.closest("#original > p");
    if (!line) return null;
    const range = document.createRange();
    range.setStart(line, 0);
    range.setEnd(node, at);
    const before = range.toString();
    return Number(line.dataset.at) + (wide ? Array.from(before).length : before.length);
  }

  // The node and the unit in it where the character stands.
  function pointAt(offset) {
    const number = lineAt(offset);
    let left = words(starts[number], offset).length;
    const walker = document.createTreeWalker(lines[number], NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (left <= walker.currentNode.length) return [walker.currentNode, left];
      left -= walker.currentNode.length;
    }
    return [lines[number], lines[number].childNodes.length];
  }

  function placeOf(element) {
    const found = /^(\d+)-(\d+)$/.exec((element && element.dataset.place) || "");
    return found ? { start: Number(found[1]), end: Number(found[2]) } : null;
  }

  // ---- marks

  function marks() {
    const found = [...document.querySelectorAll("#suggestions .row")]
      .map((row, n) => ({ ...placeOf(row), number: n + 1 }))
      .filter((one) => one.end > one.start);
    if (current) found.push({ ...current, number: 0 });
    return found;
  }

  function repaint() {
    const wanted = new Map();
    for (const mark of marks()) {
      for (let n = lineAt(mark.start); n < lines.length && starts[n] < mark.end; n += 1) {
        if (!wanted.has(n)) wanted.set(n, []);
        wanted.get(n).push(mark);
      }
    }
    for (const n of new Set([...painted.keys(), ...wanted.keys()])) {
      const own = wanted.get(n) || [];
      const said = own.map((one) => `${one.start}-${one.end}-${one.number}`).join(" ");
      if (painted.get(n) === said) continue;
      draw(n, own);
      if (said) painted.set(n, said); else painted.delete(n);
    }
  }

  function draw(n, own) {
    const start = starts[n];
    const end = n + 1 < starts.length ? starts[n + 1] - 1 : characters.length;
    const edges = new Set([start, end]);
    for (const mark of own) {
      if (mark.start > start && mark.start < end) edges.add(mark.start);
      if (mark.end > start && mark.end < end) edges.add(mark.end);
    }
    const sorted = [...edges].sort((a, b) => a - b);
    const parts = [];
    for (let at = 0; at + 1 < sorted.length; at += 1) {
      const [left, right] = [sorted[at], sorted[at + 1]];
      const over = own.filter((one) => one.start < right && one.end > left);
      const text = words(left, right);
      if (!over.length) {
        parts.push(document.createTextNode(text));
        continue;
      }
      const span = document.createElement("span");
      span.textContent = text;
      const numbers = over.filter((one) => one.number);
      if (numbers.length) {
        span.className = "said";
        span.dataset.of = numbers[0].number;
      }
      if (over.some((one) => !one.number)) span.classList.add("current");
      const begins = numbers.filter((one) => one.start === left).map((one) => one.number);
      if (begins.length) span.dataset.n = begins.join(" ");
      parts.push(span);
    }
    lines[n].replaceChildren(...parts);
  }

  function show(place) {
    current = place;
    repaint();
    if (!place) return;
    const seen = box.querySelector(".current");
    if (!seen) return;
    const { top, bottom } = seen.getBoundingClientRect();
    const room = box.getBoundingClientRect();
    if (top < room.top + 16 || bottom > room.bottom - 16) {
      box.scrollTop += top - room.top - Math.max(48, room.height / 3);
    }
  }

  form.addEventListener("focusin", (event) => {
    const place = placeOf(event.target.closest("[data-place]"));
    if (place) show(place);
  });

  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#at-']");
    if (!link) return;
    event.preventDefault();
    show(placeOf(link.closest("[data-place]")));
  });

  // A click on a marked place shows the row that it belongs to.
  box.addEventListener("click", (event) => {
    const said = event.target.closest(".said");
    if (!said || chosen) return;
    const row = document.querySelectorAll("#suggestions .row")[Number(said.dataset.of || said.dataset.n) - 1];
    if (!row) return;
    show(placeOf(row));
    row.scrollIntoView({ block: "nearest" });
    for (const one of document.querySelectorAll(".row.pointed")) one.classList.remove("pointed");
    row.classList.add("pointed");
  });

  // ---- what is selected

  function trimmed(start, end) {
    while (start < end && /\s/.test(characters[start])) start += 1;
    while (end > start && /\s/.test(characters[end - 1])) end -= 1;
    return start < end ? { start, end } : null;
  }

  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!box.contains(range.startContainer) || !box.contains(range.endContainer)) return null;
    const start = offsetOf(range.startContainer, range.startOffset);
    const end = offsetOf(range.endContainer, range.endOffset);
    return start === null || end === null ? null : trimmed(start, end);
  }

  function offer() {
    chosen = selected();
    grab.hidden = !chosen;
    if (!chosen) return;
    const rect = getSelection().getRangeAt(0).getBoundingClientRect();
    const room = box.getBoundingClientRect();
    const frame = box.parentElement.getBoundingClientRect();
    const below = rect.bottom + 6;
    const fits = below + grab.offsetHeight <= room.bottom;
    const top = fits ? below : Math.max(room.top + 4, rect.top - grab.offsetHeight - 6);
    grab.style.top = `${Math.min(top, room.bottom - grab.offsetHeight - 4) - frame.top}px`;
  }

  document.addEventListener("selectionchange", () => {
    // While the buttons have the focus, the words chosen stay what they were.
    if (!grab.contains(document.activeElement)) offer();
  });
  box.addEventListener("scroll", () => { if (chosen && !grab.hidden) offer(); });
  grab.addEventListener("mousedown", (event) => event.preventDefault());

  function release() {
    chosen = null;
    grab.hidden = true;
    getSelection().removeAllRanges();
  }

  grab.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !chosen) return;
    const place = chosen;
    const text = words(place.start, place.end);
    release();
    if (button.dataset.grab === "insert") {
      window.intake.act("insert", { q_text: text, q_place: `${place.start}-${place.end}` });
    } else if (button.dataset.grab === "proposers") {
      window.intake.act("names", { proposers: text });
    } else {
      fill(button.dataset.grab, text, place);
    }
  });

  grab.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") {
      box.focus({ preventScroll: true });
    } else if (by) {
      const buttons = [...grab.querySelectorAll("button")];
      const next = buttons.indexOf(document.activeElement) + by;
      buttons[(next + buttons.length) % buttons.length].focus();
    } else {
      return;
    }
    event.preventDefault();
  });

  // ---- filling a field

  const LISTS = ["co_units", "merged"];
  const BARE = { item_no: /^第?\s*(.*?)\s*号?$/, subject: /^《(.*)》$/ };

  function fill(name, text, place) {
    const field = form.elements[name];
    const before = field.value;
    const wasAt = field.closest(".f-line").dataset.place;
    const folded = field.closest("details");
    if (folded) folded.open = true;
    let value = text.replace(/\s*\n\s*/g, LISTS.includes(name) ? "、" : "").trim();
    const bare = BARE[name] && BARE[name].exec(value);
    if (bare) value = bare[1];
    if (LISTS.includes(name) && before && !before.includes(value)) value = `${before}、${value}`;
    put(field, value, `${place.start}-${place.end}`);
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "link";
    undo.textContent = "撤销";
    undo.addEventListener("click", () => {
      put(field, before, wasAt);
      filled.textContent = "";
    });
    filled.replaceChildren(`已填入${field.labels[0].textContent.trim()} `, undo);
    field.focus();
  }

  function put(field, value, place) {
    field.value = value;
    const line = field.closest(".f-line");
    if (place) line.dataset.place = place; else delete line.dataset.place;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    show(placeOf(line));
  }

  // ---- by the keyboard: sentence by sentence, the ends moved letter by letter

  function cut() {
    sentences = [];
    for (const found of whole.matchAll(/[^。！？；\n]*[。！？；]+[”’」』）]*|[^。！？；\n]+/g)) {
      const start = wide ? Array.from(whole.slice(0, found.index)).length : found.index;
      const end = start + (wide ? Array.from(found[0]).length : found[0].length);
      const place = trimmed(start, end);
      if (place) sentences.push(place);
    }
  }

  function select(start, end) {
    const [from, fromAt] = pointAt(start);
    const [to, toAt] = pointAt(end);
    getSelection().setBaseAndExtent(from, fromAt, to, toAt);
    const range = getSelection().getRangeAt(0).getBoundingClientRect();
    const room = box.getBoundingClientRect();
    if (range.bottom > room.bottom - 16) box.scrollTop += range.bottom - room.bottom + 64;
    if (range.top < room.top + 16) box.scrollTop += range.top - room.top - 32;
    offer();
  }

  // Without a selection the first sentence that is seen is the next one.
  function seen() {
    const top = box.getBoundingClientRect().top;
    const n = lines.findIndex((line) => line.getBoundingClientRect().bottom > top + 8);
    return sentences.findIndex((one) => one.start >= starts[Math.max(n, 0)]);
  }

  function step(by, extend) {
    if (!sentences) cut();
    if (!sentences.length) return;
    if (!chosen) {
      const at = Math.max(seen(), 0);
      select(sentences[at].start, sentences[at].end);
      return;
    }
    const last = Math.max(0, sentences.findIndex((one) => one.end >= chosen.end));
    const next = Math.min(Math.max(last + by, 0), sentences.length - 1);
    const start = extend ? Math.min(chosen.start, sentences[next].start) : sentences[next].start;
    select(start, sentences[next].end);
  }

  function nudge(by, atEnd) {
    if (!chosen) return;
    const start = atEnd ? chosen.start : chosen.start + by;
    const end = atEnd ? chosen.end + by : chosen.end;
    if (start >= 0 && start < end && end <= characters.length) select(start, end);
  }

  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = {
      ArrowDown: () => step(1, event.shiftKey),
      ArrowUp: () => step(-1, event.shiftKey),
      ArrowRight: () => nudge(1, event.shiftKey),
      ArrowLeft: () => nudge(-1, event.shiftKey),
      Enter: () => { if (chosen) grab.querySelector("button").focus(); },
      Escape: release,
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  return { repaint, show, box };
})();
window.original.repaint();

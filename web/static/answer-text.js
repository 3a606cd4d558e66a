// The texts of an answer: they grow with what is written, show 待核实 in amber, and take words in
// at the cursor in a way that Ctrl+Z takes back.
"use strict";
window.answerText = (() => {
  const form = document.getElementById("answer");
  const KINDS = Object.fromEntries(JSON.parse(form.dataset.fields));
  const LONG = Object.keys(KINDS).filter((name) => KINDS[name] === "text");
  const TAKES = form.dataset.takes.split(" ");
  const PENDING = /(【待核实[^】]*】)/;
  let [last] = LONG;

  const { put } = window.pasting;

  // A text is a paragraph of its own.
  function append(text) {
    const area = form.elements.done;
    area.setSelectionRange(area.value.length, area.value.length);
    put(area, (area.value && !area.value.endsWith("\n") ? "\n" : "") + text);
  }

  // How many characters two texts begin alike with; never half of a character as 𠮷.
  function alike(one, other, most) {
    let same = 0;
    while (same < most && one[same] === other[same]) same += 1;
    return same && /[\ud800-\udbff]/.test(one[same - 1]) ? same - 1 : same;
  }

  const reversed = (text) => [...text].reverse().join("");

  // What one text has in place of another's: the place of it, and the words.
  function difference(from, to) {
    const most = Math.min(from.length, to.length);
    const start = alike(from, to, most);
    const end = alike(reversed(from), reversed(to), most - start);
    return { start, end: from.length - end, text: to.slice(start, to.length - end) };
  }

  // One step of the undo history, and only what differs is typed.
  function become(field, value) {
    if (field.value === value) return false;
    const { start, end, text } = difference(field.value, value);
    field.focus();
    field.setSelectionRange(start, end);
    put(field, text);
    return true;
  }

  // The change from one text to another, made in a third that was typed on meanwhile; nothing
  // where both touched the same place.
  function rebased(from, to, now) {
    if (from === now || to === now) return to;
    const theirs = difference(from, to);
    const mine = difference(from, now);
    if (theirs.end <= mine.start) return now.slice(0, theirs.start) + theirs.text + now.slice(theirs.end);
    const on = now.length - from.length;
    if (theirs.start >= mine.end) return now.slice(0, theirs.start + on) + theirs.text + now.slice(theirs.end + on);
    return undefined;
  }

  // Where the clerk's cursor is, counted in characters as the server does; "" where it never was.
  let touched = "";
  let placed = "";
  function cursor() {
    if (!touched) return "";
    const { value, selectionStart, selectionEnd } = form.elements[touched];
    const at = [selectionStart, selectionEnd].map((units) => [...value.slice(0, units)].length);
    const said = `${touched}:${at[0]}:${at[1]}`;
    // What was just taken in is still selected: the next goes behind it, not in its place.
    return said === placed ? `${touched}:${at[1]}:${at[1]}` : said;
  }

  form.addEventListener("focusin", (event) => {
    const name = event.target.name;
    if (LONG.includes(name)) last = name;
    if (TAKES.includes(name)) touched = name;
  });

  form.addEventListener("pasted", ({ detail }) => {
    if (detail.said.length) window.workbench.say(`${detail.said[0]}。`);
    else if (!detail.text) window.workbench.say("剪贴板里没有可以粘贴的文字。");
  });

  // A file let go over the page would replace it in the browser's window.
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer && event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    window.workbench.say("文件不能拖进答复正文。会办意见请在“会办意见”中上传；附件请在“附件”页上传。");
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
    area.addEventListener("redraw", draw);
    draw();
  }
  form.querySelectorAll("[data-grow]").forEach(mirror);

  const phrase = document.getElementById("keep-phrase");
  phrase.hidden = false;
  phrase.addEventListener("mousedown", (event) => event.preventDefault());
  phrase.addEventListener("click", async () => {
    const area = form.elements[last];
    const text = area.value.slice(area.selectionStart, area.selectionEnd);
    if (!text.trim()) return window.workbench.say("请先在正文里选中要存的文字。");
    const data = new FormData(document.getElementById("phrase-form"));
    data.set("csrf", form.elements.csrf.value);
    data.set("phrase", text);
    try {
      const answer = await fetch("/phrases", { method: "POST", body: data, headers: { Accept: "application/json" } });
      const said = await answer.json();
      window.workbench.say(said.said || said.error, !answer.ok);
    } catch (error) {
      window.workbench.say("连接中断，常用语没有存上。", true);
    }
    return undefined;
  });

  function redraw() {
    for (const area of form.querySelectorAll("[data-grow]")) area.dispatchEvent(new Event("redraw"));
  }

  function selectPlaced(name, start, end) {
    const units = (characters) => [...form.elements[name].value].slice(0, characters).join("").length;
    select(name, units(start), units(end));
    placed = `${name}:${start}:${end}`;
  }

  function select(name, start, end) {
    const field = form.elements[name];
    field.focus();
    field.setSelectionRange(start, end);
    field.scrollIntoView({ block: "nearest" });
    const behind = field.parentElement.querySelector(".mirror");
    if (behind) reveal(field.closest(".answer-fields"), rectOf(behind, start));
  }

  // Where a character of the text stands on the screen: the copy behind it can be asked.
  function rectOf(behind, start) {
    const range = document.createRange();
    const texts = document.createTreeWalker(behind, NodeFilter.SHOW_TEXT);
    let left = start;
    while (texts.nextNode() && left >= texts.currentNode.length) left -= texts.currentNode.length;
    range.setStart(texts.currentNode, Math.min(left, texts.currentNode.length - 1));
    range.setEnd(texts.currentNode, Math.min(left + 1, texts.currentNode.length));
    return range.getBoundingClientRect();
  }

  // An answer of many pages is taller than its box: the browser shows the field, not the place.
  function reveal(box, place) {
    const seen = box.getBoundingClientRect();
    if (place.top >= seen.top && place.bottom <= seen.bottom) return;
    box.scrollTop += place.top - seen.top - seen.height / 3;
  }

  // A mark in the list below leads to its place in the text.
  document.getElementById("sources").addEventListener("click", (event) => {
    const mark = event.target.closest(".mark-link");
    if (!mark) return;
    const name = Object.keys(KINDS).find((one) => KINDS[one] !== "choice" && form.elements[one].value.includes(mark.textContent));
    if (!name) return;
    const at = form.elements[name].value.indexOf(mark.textContent);
    select(name, at, at + mark.textContent.length);
  });

  return { append, become, cursor, rebased, redraw, select, selectPlaced };
})();

// The buttons that correct the lists, without loading the page anew: the server still does the
// work, its lists replace the ones shown. Without script the same buttons load the page.
"use strict";
window.intake = (() => {
  const form = document.getElementById("intake");
  const selectors = form.dataset.partial.split(",");
  const side = document.getElementById("right-side");
  let changed = false;
  let asking = false;

  for (const one of document.querySelectorAll(".by-script")) one.hidden = false;
  // The links are for eyes and for pages without script: the focus shows the place by itself.
  function quietLinks() {
    for (const link of form.querySelectorAll("a[href^='#at-']")) link.tabIndex = -1;
  }

  // ---- what is open and how tall it is

  function opened(root) {
    return [...root.querySelectorAll("details[open]")].map(keyOf);
  }

  function keyOf(one) {
    const row = one.closest(".row");
    return `${one.className}:${row ? row.dataset.id : ""}`;
  }

  function fit(area) {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  function fitAll(root) {
    for (const area of root.querySelectorAll("textarea[data-grows]")) if (area.offsetParent) fit(area);
  }

  function putIn(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = selectors.map((selector) => page.querySelector(selector));
    if (!fresh.every(Boolean)) return false;
    const at = side.scrollTop;
    let wanted = null;
    selectors.forEach((selector, n) => {
      const old = document.querySelector(selector);
      const open = opened(old);
      for (const one of fresh[n].querySelectorAll("details")) {
        if (open.includes(keyOf(one))) one.open = true;
      }
      const focus = fresh[n].querySelector("[autofocus]");
      if (focus) focus.removeAttribute("autofocus");
      wanted = focus || wanted;
      old.replaceWith(fresh[n]);
      fitAll(fresh[n]);
    });
    side.scrollTop = at;
    quietLinks();
    tell();
    window.original.repaint();
    if (wanted) wanted.focus();
    return true;
  }

  // ---- asking the server

  async function act(action, more = {}) {
    if (asking) return;
    asking = true;
    const data = new FormData(form);
    data.set("action", action);
    data.set("part", "lists");
    for (const [name, value] of Object.entries(more)) data.set(name, value);
    try {
      // Not form.action: the buttons are called so and stand in its place.
      const answer = await fetch(location.href, { method: "POST", body: data });
      if (answer.ok && putIn(await answer.text())) {
        changed = true;
        return;
      }
    } catch (error) {
      // The server is away: fall through, the browser's own submit says so.
    } finally {
      asking = false;
    }
    changed = false;
    for (const [name, value] of Object.entries({ ...more, action })) hide(name, value);
    form.noValidate = true;
    HTMLFormElement.prototype.submit.call(form);
  }

  function hide(name, value) {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = name;
    hidden.value = value;
    form.append(hidden);
  }

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || button.name !== "action") {
      changed = false;
      return;
    }
    event.preventDefault();
    if (button.value === "stay") return;
    // The place where the text is to be parted is where the cursor was.
    if (button.value.startsWith("split:")) markCursor(button.closest(".row").querySelector("textarea"));
    act(button.value);
  });

  function markCursor(text) {
    const at = text.selectionStart;
    if (at > 0 && at < text.value.length && !text.value.includes("\n")) text.setRangeText("\n", at, at);
  }

  // A list of names pasted into the field of one name becomes as many rows.
  form.addEventListener("paste", (event) => {
    if (!event.target.matches("[name=p_name]")) return;
    const text = event.clipboardData.getData("text");
    if (!/[\n、，,；;]/.test(text.trim())) return;
    event.preventDefault();
    act("names", { proposers: text });
  });

  // ---- what the fields say of themselves

  const CLASSES = { 读出: "is-read", 推测: "is-guess", 没有读到: "is-missing", 已改: "is-changed" };

  function valueOf(line) {
    if (line.dataset.name === "proposers") {
      return [...line.querySelectorAll("[name=p_name]")].map((one) => one.value.trim()).filter(Boolean).join("、");
    }
    const field = form.elements[line.dataset.name];
    if (field.type === "checkbox") return field.checked ? field.value : "";
    return field.value.trim();
  }

  function tell() {
    const count = {};
    for (const line of form.querySelectorAll(".f-line[data-read]")) {
      const state = valueOf(line) === line.dataset.was ? line.dataset.read : "已改";
      const shown = line.querySelector(":scope > .how-read > .come-by");
      shown.textContent = state;
      shown.className = `come-by ${CLASSES[state]}`;
      // What few papers have is not missed.
      if (state === "没有读到" && line.closest(".folded")) continue;
      count[state] = (count[state] || 0) + 1;
    }
    const counts = document.getElementById("counts");
    if (!counts) return;
    const names = Object.keys(CLASSES).filter((name) => count[name] || name === "读出");
    counts.replaceChildren(...names.map((name) => {
      const one = document.createElement("span");
      one.dataset.count = name;
      one.textContent = `${name} ${count[name] || 0}`;
      return one;
    }));
  }

  form.addEventListener("input", (event) => {
    changed = true;
    if (event.target.matches("textarea[data-grows]")) fit(event.target);
    tell();
  });
  form.addEventListener("toggle", (event) => fitAll(event.target), true);
  window.addEventListener("resize", () => fitAll(form));

  // ---- keys

  const KEYS = {
    ArrowUp: ".row [value^='up:']",
    ArrowDown: ".row [value^='down:']",
    Enter: ".row [value^='split:']",
    KeyJ: ".row [value^='merge:']",
    Delete: ".row [value^='delete:']",
    KeyN: "#f-add",
    KeyZ: "[value=undo]",
  };

  function buttonFor(code, target) {
    const selector = KEYS[code];
    if (!selector) return null;
    if (!selector.startsWith(".row ")) return form.querySelector(selector);
    const row = target.closest(".row");
    return row && row.querySelector(selector.slice(5));
  }

  document.addEventListener("keydown", (event) => {
    if (event.code === "F6" && window.original.box) {
      event.preventDefault();
      const there = window.original.box.contains(document.activeElement);
      (there ? document.getElementById("f-suggestions") : window.original.box).focus();
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const button = buttonFor(event.code, event.target);
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });

  window.addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    // Chromium before 119 asks only where this is set too.
    event.returnValue = true;
  });

  quietLinks();
  fitAll(form);
  return { act };
})();

// Search: results while typing pauses, documents opened beside the list, all by keyboard. The
// address always says what is shown. Every link and button also works without this script.
"use strict";
(() => {
  const PAUSE_MS = 250;
  const LONGEST = 2000;
  const form = document.getElementById("search");
  const results = document.getElementById("results");
  const pane = document.getElementById("opened");
  const failed = document.getElementById("search-failed");
  const field = form.elements.q;
  const page = document.querySelector(".search-page");
  let timer = 0;
  let asking = null;
  let shown = new URLSearchParams(location.search);

  function asked(more) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const text = name === "q" ? value.trim().slice(0, LONGEST) : value;
      if (text) query.append(name, text);
    }
    if (more) query.set("n", more);
    return query;
  }

  function say(text) {
    failed.textContent = text;
    failed.hidden = !text;
  }

  async function fetchText(address) {
    if (asking) asking.abort();
    asking = new AbortController();
    const answer = await fetch(address, { signal: asking.signal });
    if (answer.redirected) {
      location.reload();
      return null;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  }

  async function look(query, { push = false } = {}) {
    clearTimeout(timer);
    const opened = shown.get("open");
    if (opened) query.set("open", opened);
    shown = query;
    const address = `${form.action}?${query}`;
    try {
      const html = await fetchText(`${address}&part=results`);
      if (html === null) return;
      const focused = document.activeElement;
      const kept = focused && results.contains(focused) && focused.name
        ? [focused.name, focused.value] : null;
      results.innerHTML = html;
      if (kept) {
        const again = [...results.querySelectorAll("input")].find(
          (one) => one.name === kept[0] && one.value === kept[1]);
        if (again) again.focus();
      }
      history[push ? "pushState" : "replaceState"](null, "", address);
      document.title = `${query.get("q") ? `“${query.get("q").slice(0, 30)}”` : "检索档案"} · 提案答复助手`;
      say("");
    } catch (error) {
      if (error.name !== "AbortError") say("检索没有成功，请检查网络后再试。");
    }
  }

  // ---- typing

  let composing = false;
  field.addEventListener("compositionstart", () => { composing = true; });
  field.addEventListener("compositionend", () => { composing = false; later(); });
  field.addEventListener("input", () => { if (!composing) later(); });

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => look(asked()), PAUSE_MS);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const more = event.submitter && event.submitter.name === "n" ? event.submitter.value : "";
    look(asked(more), { push: true });
  });
  results.addEventListener("change", (event) => {
    if (event.target.form === form) look(asked(), { push: true });
  });

  // ---- a document beside the list

  function links() {
    return [...results.querySelectorAll("a[data-document]")];
  }

  async function open(link, { push = true } = {}) {
    const number = link.dataset.document;
    const query = new URLSearchParams({ part: "text" });
    if (shown.get("q")) query.set("q", shown.get("q"));
    try {
      const answer = await fetch(`${link.pathname}?${query}`);
      if (!answer.ok || answer.redirected) {
        location.href = link.href;
        return;
      }
      pane.innerHTML = await answer.text();
    } catch {
      say("文件没有打开，请检查网络后再试。");
      return;
    }
    show(number);
    shown.set("open", number);
    history[push ? "pushState" : "replaceState"](null, "", `${form.action}?${shown}`);
  }

  function show(number) {
    pane.hidden = false;
    page.classList.add("with-opened");
    for (const one of links()) {
      one.closest("li").classList.toggle("chosen", one.dataset.document === number);
    }
    const first = pane.querySelector(".opened-text p mark, .opened-text mark");
    pane.scrollTop = 0;
    if (first) pane.scrollTop = Math.max(0, first.offsetTop - pane.clientHeight / 3);
  }

  function close() {
    if (pane.hidden) return false;
    const number = shown.get("open");
    pane.hidden = true;
    page.classList.remove("with-opened");
    shown.delete("open");
    for (const one of links()) one.closest("li").classList.remove("chosen");
    history.pushState(null, "", `${form.action}?${shown}`);
    const link = links().find((one) => one.dataset.document === number);
    (link || field).focus();
    return true;
  }

  results.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-document]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });
  pane.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) close();
  });
  addEventListener("popstate", () => location.reload());

  // ---- keyboard

  function step(by) {
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (at < 0 && by < 0) return;
    if (at + by < 0) {
      field.focus();
      return;
    }
    const next = all[Math.min(all.length - 1, at + by)];
    if (!next) return;
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
    if (!pane.hidden) open(next, { push: false });
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea");
    const listed = event.target === field || event.target.matches("a[data-document]")
      || event.target === document.body;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape") {
      if (!close() && !typing) field.focus();
    } else if (listed && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    }
  });
})();

// What is typed and not yet saved stands in this browser, one entry a page, with the suggestion
// that it answers: the list may be another one when it is found again.
"use strict";
window.kept = (() => {
  const form = document.getElementById("answer");
  const PREFIX = `drafting:${form.dataset.user}:${form.dataset.matter}:`;
  const OWN = PREFIX + Math.random().toString(36).slice(2);

  // Earlier pages knew the suggestion by its words, and the fields by their places.
  const FORMER = ["done", "next_step", "next_unit", "next_date", "reason", "disposition"];

  // True where it stands; a browser may have no room or forbid it: then only the page has it.
  function put(base, fields) {
    const entry = { asked: form.dataset.asked, words: form.dataset.words, base, fields };
    try {
      localStorage.setItem(OWN, JSON.stringify(entry));
      return true;
    } catch (error) {
      return false;
    }
  }

  function drop(key = OWN) {
    try { localStorage.removeItem(key); } catch (error) { /* nothing to forget */ }
  }

  function read(key) {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      if (!found || !found.asked) return null;
      if (!Array.isArray(found.values)) return found.fields ? { key, ...found } : null;
      const fields = Object.fromEntries(FORMER.map((name, n) => [name, found.values[n]]));
      return { key, base: found.base, asked: "", words: found.asked, fields };
    } catch (error) {
      return null;
    }
  }

  // What earlier pages of this matter left behind.
  function all() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map(read).filter(Boolean);
    } catch (error) {
      return [];
    }
  }

  // Whether it answers the suggestion of this form or line of the list.
  function answers(found, shown) {
    return found.asked ? found.asked === shown.dataset.asked : found.words === shown.dataset.words;
  }

  return { put, drop, all, answers };
})();

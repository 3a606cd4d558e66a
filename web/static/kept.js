// What is typed and not yet saved stands in this browser, one entry a page, with the suggestion
// that it answers: the list may be another one when it is found again.
"use strict";
window.kept = (() => {
  const form = document.getElementById("answer");
  const PREFIX = `drafting:${form.dataset.user}:${form.dataset.matter}:`;
  const OWN = PREFIX + Math.random().toString(36).slice(2);

  // True where it stands; a browser may have no room or forbid it: then only the page has it.
  function put(base, values) {
    const entry = { asked: form.dataset.asked, base, values };
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
      return found && found.asked && Array.isArray(found.values) ? { key, ...found } : null;
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

  return { put, drop, all };
})();

// The buttons that correct the list of suggestions, without loading the page anew: the server
// still does the work, its answer's list replaces the one shown. Without script the same buttons
// load the page.
"use strict";
(() => {
  const form = document.getElementById("intake");
  const selector = form.dataset.partial;
  let changed = false;

  function putIn(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector(selector);
    if (!fresh) return false;
    const wanted = fresh.querySelector("[autofocus]");
    if (wanted) wanted.removeAttribute("autofocus");
    document.querySelector(selector).replaceWith(fresh);
    if (wanted) wanted.focus();
    return true;
  }

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || button.name !== "action") {
      changed = false;
      return;
    }
    event.preventDefault();
    if (button.value === "stay") return;
    // The place where the text is to be parted is where the cursor was.
    if (button.value.startsWith("split:")) markCursor(button);
    const data = new FormData(form);
    data.set("action", button.value);
    try {
      // Not form.action: the buttons are called so and stand in its place.
      const answer = await fetch(location.href, { method: "POST", body: data });
      if (answer.ok && putIn(await answer.text())) {
        changed = true;
        return;
      }
    } catch (error) {
      // The server is away: fall through, the browser's own submit says so.
    }
    form.noValidate = true;
    HTMLFormElement.prototype.submit.call(withAction(button.value));
  });

  function markCursor(button) {
    const text = button.closest(".row").querySelector("textarea");
    const at = text.selectionStart;
    if (at > 0 && at < text.value.length && !text.value.includes("\n")) text.setRangeText("\n", at, at);
  }

  function withAction(value) {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = "action";
    hidden.value = value;
    form.append(hidden);
    return form;
  }

  form.addEventListener("input", () => { changed = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    // Chromium before 119 asks only where this is set too.
    event.returnValue = true;
  });
})();

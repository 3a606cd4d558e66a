// A long text that waits for its turn: asks now and then how many are before it, and shows the
// result once it is there. Without script the page loads itself anew.
"use strict";

(() => {
  const PAUSE = 2000;
  const shown = document.getElementById("waits");

  const ask = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById("waits");
      if (!now) {
        location.reload();
        return;
      }
      if (now.innerHTML !== shown.innerHTML) {
        shown.innerHTML = now.innerHTML;
      }
    } catch {
      // The service is away for a moment: asked again.
    }
    setTimeout(ask, PAUSE);
  };

  setTimeout(ask, PAUSE);
})();

// A part of the page that waits for work in the background is fetched anew until nothing waits.
"use strict";
(async () => {
  for (;;) {
    const part = document.querySelector("[data-waits]");
    if (!part) return;
    await new Promise((done) => setTimeout(done, 1500));
    try {
      const answer = await fetch(location.href);
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.outerHTML !== part.outerHTML) part.replaceWith(document.adoptNode(fresh));
    } catch (error) {
      // The service is not there for a moment: asked again.
    }
  }
})();

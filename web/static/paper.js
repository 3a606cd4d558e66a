// Choosing a form or a skin shows it at once; a PDF tells how far it is until it can be fetched.
"use strict";
for (const choice of document.querySelectorAll("[data-submit]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

(() => {
  const PAUSE = 600;
  const room = document.getElementById("printing");
  if (!room) return;
  let turn = 0;

  const show = (part) => {
    if (room.innerHTML !== part.innerHTML) room.innerHTML = part.innerHTML;
    room.dataset.state = part.dataset.state;
    room.hidden = false;
  };

  // Asks until the file is there, or there is nothing to wait for.
  const follow = async (address, first) => {
    const mine = ++turn;
    let asked = first || address;
    while (mine === turn) {
      try {
        const answer = await fetch(asked, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const part = page.getElementById("printing");
        if (!part) {
          // Something else is to be seen first: a login, or why it cannot be made.
          location.assign(address);
          return;
        }
        show(part);
        if (part.dataset.state === "ready") {
          location.assign(part.dataset.file);
          return;
        }
        if (part.dataset.state !== "asked" && part.dataset.state !== "making") return;
        asked = address;
      } catch {
        // The service is away for a moment: asked again.
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  };

  for (const link of document.querySelectorAll("[data-print]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      follow(link.dataset.print, `${link.dataset.print}&begin=1`);
    });
  }
  if (room.dataset.state === "asked" || room.dataset.state === "making") follow(location.href);
})();

// The head of every page: a menu closes by Escape and by a press elsewhere; "?" shows the keys.
"use strict";
(() => {
  const menus = () => [...document.querySelectorAll(".menu[open]")];
  const KEYS = "/manual/keys";
  const FIELDS = "input, textarea, select, [contenteditable=true]";

  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });

  async function showKeys() {
    let dialog = document.getElementById("keys-dialog");
    if (!dialog) {
      try {
        const answer = await fetch(KEYS);
        // Redirected: to the login page.
        if (!answer.ok || answer.redirected) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        dialog = document.createElement("dialog");
        dialog.id = "keys-dialog";
        dialog.className = "keys-dialog";
        dialog.setAttribute("aria-labelledby", "keys-title");
        dialog.innerHTML = '<form method="dialog"><button autofocus>关闭</button></form>';
        dialog.append(page.querySelector(".keys-page"));
        document.body.append(dialog);
      } catch (error) {
        location.assign(KEYS);
        return;
      }
    }
    if (!dialog.open) dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const [open] = menus();
      if (!open) return;
      open.open = false;
      open.querySelector("summary").focus();
    } else if ((event.key === "?" || event.key === "？") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.target.closest(FIELDS) || document.querySelector(".keys-page")?.closest("main")) return;
      event.preventDefault();
      showKeys();
    }
  });
})();

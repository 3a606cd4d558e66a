// Choosing a form or a skin shows it at once.
"use strict";
for (const choice of document.querySelectorAll("[data-submit]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

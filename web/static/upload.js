// The file field: its own words instead of the browser's, and a warning before a large file or text
// is sent: what the server cuts off unread it cannot give back.
"use strict";
for (const area of document.querySelectorAll("textarea[data-most]")) {
  const most = Number(area.dataset.most);
  const check = () => area.setCustomValidity(
    area.value.length > most ? `文字共 ${area.value.length} 个，超过 ${most / 10000} 万字，请只粘贴提案正文。` : "");
  area.addEventListener("input", check);
  area.form.addEventListener("submit", (event) => {
    check();
    if (!area.reportValidity()) event.preventDefault();
  });
}
const file = document.getElementById("f-file");
if (file) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = file.dataset.choose;
  const name = document.createElement("span");
  name.className = "file-name";
  name.textContent = file.dataset.none;
  file.before(button, name);
  file.classList.add("visually-hidden");
  file.tabIndex = -1;
  button.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const chosen = file.files[0];
    name.textContent = chosen ? chosen.name : file.dataset.none;
    const large = chosen && chosen.size > Number(file.dataset.maxBytes);
    file.setCustomValidity(large ? "文件超过 20 MB，请换一个较小的文件。" : "");
    name.classList.toggle("error", Boolean(large));
    if (large) name.textContent = `${chosen.name}：超过 20 MB，请换一个较小的文件`;
  });
}

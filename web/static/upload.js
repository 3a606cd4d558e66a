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
document.querySelectorAll("input[type=file][data-choose]").forEach((file) => {
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
  const packed = (one) => /\.(zip|xlsx|csv)$/i.test(one.name);
  const choose = () => {
    const chosen = [...file.files];
    const whole = chosen.reduce((sum, one) => sum + one.size, 0);
    const large = chosen.find((one) => !packed(one) && one.size > Number(file.dataset.maxBytes || Infinity));
    const most = Number(file.dataset.maxAll);
    name.textContent = chosen.length > 1 ? `${chosen.length} 个文件` : chosen.length ? chosen[0].name : file.dataset.none;
    let wrong = "";
    if (large) wrong = `${large.name}：超过 20 MB，请换一个较小的文件`;
    else if (whole > most) wrong = "文件合起来超过 55 MB，请分几次选";
    file.setCustomValidity(wrong ? `${wrong.replace(/^.*：/, "文件")}。` : "");
    name.classList.toggle("error", Boolean(wrong));
    if (wrong) name.textContent = wrong;
  };
  file.addEventListener("change", choose);
  const drop = file.closest("#drop-files");
  if (drop) takeDrops(drop, file, name, choose);
});

function takeDrops(drop, file, name, choose) {
  drop.querySelectorAll(".drop-hint").forEach((hint) => { hint.hidden = false; });
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    if (entries.some((entry) => entry && entry.isDirectory)) {
      name.textContent = "文件夹请先压缩成 .zip 再选";
      name.classList.add("error");
      return;
    }
    if (!event.dataTransfer.files.length) return;
    file.files = event.dataTransfer.files;
    choose();
  });
}

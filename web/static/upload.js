// Says at once that a file is too large, before it is sent.
"use strict";
const file = document.getElementById("f-file");
if (file) {
  file.addEventListener("change", () => {
    const chosen = file.files[0];
    const large = chosen && chosen.size > Number(file.dataset.maxBytes);
    file.setCustomValidity(large ? "文件超过 20 MB，请换一个较小的文件。" : "");
    file.reportValidity();
  });
}

// A calendar beside each field of a day: what is typed stays typed (2026年3月15日 too), what is
// chosen is written into the field. Without script the field alone does.
"use strict";
const asDay = (text) => {
  const found = text.normalize("NFKC").trim().match(/^(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?$/);
  return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : "";
};
for (const field of document.querySelectorAll("input[data-day]")) {
  const wrap = document.createElement("span");
  wrap.className = "with-day";
  field.before(wrap);
  const picker = document.createElement("input");
  picker.type = "date";
  picker.className = "day-picker";
  // Who works by keyboard types the day: the calendar is no stop on the way.
  picker.tabIndex = -1;
  picker.title = "从日历选";
  picker.setAttribute("aria-label", "从日历选日子");
  wrap.append(field, picker);
  const follow = () => { picker.value = asDay(field.value); };
  field.addEventListener("input", follow);
  follow();
  picker.addEventListener("change", () => {
    field.value = picker.value;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  });
}

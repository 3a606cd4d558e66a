// Below each text: its tables, each to be edited as a grid, and what pasting left out. Without
// script the tables are edited as lines of the text.
"use strict";
(() => {
  const { edit, linesOf, tablesIn } = window.textTables;
  const MOST = 8;

  function bar(area) {
    const box = document.createElement("div");
    box.className = "table-bar";
    const told = document.createElement("p");
    told.className = "hint pasted";
    told.setAttribute("role", "status");
    area.closest(".paper-field, .table-field").after(box, told);
    area.told = (texts) => { told.textContent = texts.length ? `${texts.join("；")}。` : ""; };
    const draw = () => {
      const found = tablesIn(area.value);
      const buttons = found.slice(0, MOST).map((one, number) => {
        const { table } = one;
        const named = table.name || table.rows[0].find((cell) => cell && cell !== "<") || "未命名";
        return button(`编辑表格“${named.slice(0, 12)}”（${table.rows.length} 行 ${table.rows[0].length} 栏）`, () => open(area, number));
      });
      box.replaceChildren(...buttons, button("插入表格", () => insert(area)));
    };
    area.addEventListener("input", draw);
    area.addEventListener("redraw", draw);
    draw();
  }

  function button(text, act) {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "link";
    one.textContent = text;
    one.addEventListener("mousedown", (event) => event.preventDefault());
    one.addEventListener("click", act);
    return one;
  }

  // An empty table at the cursor's line, opened at once.
  function insert(area) {
    const at = area.selectionStart;
    const end = area.value.indexOf("\n", at);
    const place = end < 0 ? area.value.length : end;
    const before = area.value.slice(0, place);
    const lines = linesOf({ name: "", unit: "", remarks: [], head: 1, rows: [["", "", ""], ["", "", ""], ["", "", ""]] });
    const whole = area.value;
    const apart = before && !before.endsWith("\n") ? "\n" : "";
    area.value = `${before}${apart}${/\|\s*$/.test(before) ? "|\n" : ""}${lines.join("\n")}${area.value.slice(place)}`;
    const number = tablesIn(area.value).findIndex((one) => one.table.rows.length === 3 && one.table.rows.flat().every((cell) => !cell));
    open(area, number, whole);
  }

  // Each change goes into the text at once, and is saved; at the end it is one step of Ctrl+Z.
  function open(area, number, former = area.value) {
    const { table, first, last } = tablesIn(area.value)[number];
    const all = area.value.split("\n");
    let shown = all.slice(first, last).join("\n");
    let lead = all.slice(0, first).join("\n").length + (first ? 1 : 0);
    const write = (text) => {
      // Somebody else's change may have come in above.
      if (area.value.slice(lead, lead + shown.length) !== shown) lead = area.value.indexOf(shown);
      if (lead < 0) {
        lead = area.value.length + 1;
        shown = "";
        area.value += "\n";
      }
      area.value = area.value.slice(0, lead) + text + area.value.slice(lead + shown.length);
      shown = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const outside = () => area.value.slice(0, lead) + area.value.slice(lead + shown.length);
    const rest = outside();
    edit(table, {
      changed: (now) => write(linesOf(now).join("\n")),
      closed: (how) => {
        const after = how === "dropped" ? former : how === "deleted" ? outside().replace(/\n\n+/g, "\n") : area.value;
        // Where nobody else changed the text meanwhile, one step back leads to what stood before.
        if (outside() === rest) area.value = former;
        become(area, after);
        area.focus();
      },
    });
  }

  function become(area, text) {
    if (window.answerText && window.answerText.become(area, text)) return;
    if (area.value !== text) area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.querySelectorAll("[data-tables]").forEach(bar);
})();

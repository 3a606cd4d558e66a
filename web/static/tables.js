// Tables in a text (docs/tables.md): what is pasted from Word, WPS, Excel and web pages stays a
// table, and each is edited as a grid. The text alone is kept; this page only reads and writes it.
"use strict";
window.textTables = (() => {
  const LEFT = "<";
  const ABOVE = "^";
  const MEANT = /^\\*(?:[<^]|:?-{3,}:?)$/;
  const RULE = /^:?-{3,}:?$/;
  const ROW = /^\s*(?:\|.*(?<!\\)\||｜.*｜)/;
  const NAME = /^表[ \u3000]{0,2}(?:\d{1,3}|[一二三四五六七八九十]{1,3})?(?:[：:．.]|[ \u3000]+)[ \u3000]*([^。；;！？!?：:]{1,60})$/;
  const UNIT = /^[（(]?(?:计量)?单位[：:][ \u3000]*([^。；;：:]{1,20}?)[）)]?$/;
  const REMARK = /^(?:注|备注|资料来源|数据来源)[0-9]{0,2}[：:]./;

  // ---- the form of the text

  function cellsOf(line) {
    const plain = line.trim().startsWith("｜") ? line.replace(/｜/g, "|") : line;
    const cells = plain.trim().slice(1).split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (plain.trimEnd().endsWith("|") && !cells[cells.length - 1]) cells.pop();
    return cells;
  }

  const spoken = (cell) => (cell.startsWith("\\") && MEANT.test(cell) ? cell.slice(1) : cell.replace(/\\\|/g, "|").replace(/\s*<br\s*\/?>\s*/gi, "\n"));

  function written(text) {
    const one = text.trim().split(/\s*\n\s*/).filter((line) => line).join("<br>").replace(/\|/g, "\\|");
    return MEANT.test(one) ? `\\${one}` : one;
  }

  const lineOf = (cells) => `| ${cells.join(" | ")} |`;

  // A table is { name, unit, remarks, head, rows }: cells as they are written, "<" and "^" too.
  function linesOf({ name, unit, remarks, head, rows }) {
    const lines = [...(name ? [`表：${name}`] : []), ...(unit ? [`单位：${unit}`] : [])];
    const rule = lineOf(rows[0].map(() => "---"));
    rows.forEach((row, at) => {
      if (at === head && head !== 1) lines.push(rule);
      lines.push(lineOf(row));
    });
    if (head === rows.length && head !== 1) lines.push(rule);
    return [...lines, ...remarks];
  }

  // The tables of a text, each with the lines that are its own (first, and behind the last).
  function tablesIn(text) {
    const lines = text.split("\n");
    const found = [];
    let free = 0;
    for (let at = 0; at < lines.length; at += 1) {
      if (!ROW.test(lines[at])) continue;
      let end = at;
      while (end < lines.length && ROW.test(lines[end])) end += 1;
      const table = { name: "", unit: "", remarks: [], head: 1, rows: [] };
      let first = at;
      while (first > Math.max(free, at - 2)) {
        const line = lines[first - 1].trim();
        const unit = UNIT.exec(line);
        const name = NAME.exec(line);
        if (unit && !table.unit) [, table.unit] = unit;
        else if (name && !unit && !table.name) table.name = name[1].trim();
        else break;
        first -= 1;
      }
      lines.slice(at, end).map(cellsOf).forEach((cells) => {
        if (cells.length && cells.every((cell) => RULE.test(cell))) table.head = table.rows.length;
        else table.rows.push(cells);
      });
      const width = Math.max(...table.rows.map((row) => row.length));
      for (const row of table.rows) {
        const over = row.length === 1 && row[0];
        while (row.length < width) row.push(over ? LEFT : "");
      }
      table.head = Math.min(table.head, table.rows.length);
      let last = end;
      while (last < lines.length && REMARK.test(lines[last].trim())) table.remarks.push(lines[last++].trim());
      if (table.rows.length) found.push({ table, first, last });
      free = last;
      at = last - 1;
    }
    return found;
  }

  // ---- what is pasted

  // Cells of a clipboard's plain text: tabs between them, quotes around what has line ends.
  function ofTabs(text) {
    const rows = [[""]];
    let quoted = false;
    let fresh = true;
    for (let at = 0; at < text.length; at += 1) {
      const char = text[at];
      const row = rows[rows.length - 1];
      if (quoted && char === '"' && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; }
      else if (quoted && char === '"') quoted = false;
      else if (!quoted && fresh && char === '"' && /"(?=[\t\r\n]|$)/.test(text.slice(at + 1))) { quoted = true; fresh = false; }
      else if (!quoted && char === "\t") { row.push(""); fresh = true; }
      else if (!quoted && (char === "\n" || char === "\r")) {
        if (char === "\r" && text[at + 1] === "\n") at += 1;
        rows.push([""]);
        fresh = true;
      } else if (char !== "\r") { row[row.length - 1] += char; fresh = false; }
    }
    if (rows[rows.length - 1].join("") === "") rows.pop();
    return rows;
  }

  // Rows with tabs are a table, unless each only begins with its number; else they are text.
  const LISTED = /^(?:[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z·•●])[.．、）)]|[·•●◆■]|)$/;
  function tabbed(text) {
    const rows = ofTabs(text);
    if (rows.length < 2 || rows.some((row) => row.length < 2) || rows.every((row) => LISTED.test(row[0].trim()))) return null;
    const width = Math.max(...rows.map((row) => row.length));
    return named(rows.map((row) => Array.from({ length: width }, (_, n) => written(row[n] ?? ""))), 1);
  }

  const namesIt = (text) => /^[^。；;！？!?：:|<]{2,60}$/.test(text);
  const bareName = (text) => text.replace(/^表\s*\d{0,3}[\s\u3000：:．.]+/, "");

  // A title and a unit that stand over all columns of a sheet name the table; empty edges go.
  function named(rows, head) {
    const table = { name: "", unit: "", remarks: [], head, rows };
    const bare = (row) => row.filter((cell) => cell && cell !== LEFT && cell !== ABOVE);
    const empty = (cells) => cells.every((cell) => !cell);
    const first = () => { table.rows.shift(); table.head = Math.max(1, table.head - 1); };
    while (table.rows.length && empty(table.rows[0])) first();
    while (table.rows.length && empty(table.rows[table.rows.length - 1])) table.rows.pop();
    while (table.rows.length && table.rows[0].length > 1 && table.rows.every((row) => !row[0])) table.rows.forEach((row) => row.shift());
    // A title may run over columns that hold nothing.
    const last = () => table.rows.map((row) => row[row.length - 1]);
    while (table.rows.length && table.rows[0].length > 1 && last().every((cell) => !cell || cell === LEFT) && last().some((cell) => !cell)) table.rows.forEach((row) => row.pop());
    while (table.rows.length > 2 && table.rows[0].length > 1 && bare(table.rows[0]).length === 1 && !table.rows[1].includes(ABOVE)) {
      const [text] = bare(table.rows[0]);
      const unit = UNIT.exec(text);
      if (unit && !table.unit) [, table.unit] = unit;
      else if (!unit && !table.name && table.rows[0][0] === text && namesIt(text)) table.name = bareName(text);
      else break;
      first();
    }
    while (table.rows.length > 2 && bare(table.rows[table.rows.length - 1]).length === 1 && REMARK.test(table.rows[table.rows.length - 1][0])) {
      table.remarks.unshift(table.rows.pop()[0].replace(/<br>/g, " "));
    }
    return table;
  }

  const cellText = (cell, clean) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("br").forEach((one) => one.replaceWith("\n"));
    copy.querySelectorAll("p, div, li, tr, h1, h2, h3, h4, h5, h6").forEach((one) => one.after("\n"));
    copy.querySelectorAll("td, th").forEach((one) => one.after(" "));
    return clean(copy.textContent).trim();
  };

  const own = (table) => [...table.querySelectorAll("tr")].filter((row) => row.closest("table") === table);

  // What only lays out a page or a letter: one column, one cell, or another table in a single row.
  function laysOut(table) {
    const rows = own(table);
    const widest = Math.max(0, ...rows.map((row) => row.cells.length));
    return widest < 2 || (rows.length < 2 && table.querySelector("table")) || table.getAttribute("role") === "presentation";
  }

  // The columns that a sheet hides: its cells are in the page all the same.
  function hiddenColumns(element) {
    const found = [];
    let at = 0;
    for (const col of element.querySelectorAll("col")) {
      for (let n = 0; n < (col.span || 1); n += 1, at += 1) if (/display:\s*none/i.test(col.dataset.style || "")) found.push(at);
    }
    return found;
  }

  // Without the column at `at`; what was merged over it begins with the next one.
  function withoutColumn(row, at) {
    const cells = [...row];
    const [gone] = cells.splice(at, 1);
    if (gone !== LEFT && cells[at] === LEFT) cells[at] = gone;
    return cells;
  }

  const figure = (cell) => /^[+\-]?\d[\d,]*(\.\d+)?[%％]?$/.test(cell) && !/^(19|20)\d\d$/.test(cell);

  // A table of a page, what is merged included; how many columns it hides; what stands above it
  // and is no name.
  function ofElement(element, clean) {
    const rows = [];
    const at = (row, column) => (rows[row] ||= [])[column];
    let deepest = 1;
    own(element).forEach((row, number) => {
      rows[number] ||= [];
      let column = 0;
      for (const cell of row.cells) {
        while (at(number, column) !== undefined) column += 1;
        // Excel lets a long text run over empty cells: they are not merged.
        const runs = /mso-ignore:\s*colspan/i.test(cell.dataset.style || "");
        const right = Math.min(cell.colSpan, 200);
        const down = Math.min(cell.rowSpan || 2000, 2000, element.rows.length - number);
        for (let y = 0; y < down; y += 1) for (let x = 0; x < right; x += 1) {
          rows[number + y] ||= [];
          rows[number + y][column + x] = x ? (runs ? "" : LEFT) : y ? ABOVE : written(cellText(cell, clean));
        }
        if (!number) deepest = Math.max(deepest, down);
        column += right;
      }
    });
    const width = Math.max(...rows.map((row) => row.length));
    const hidden = hiddenColumns(element).filter((one) => one < width).reverse();
    const square = rows.map((row) => hidden.reduce(withoutColumn, Array.from({ length: width }, (_, n) => row[n] ?? "")));
    // Where figures stand beside what runs down, that is a column of groups and no head.
    const top = square.slice(0, deepest).flat().some(figure) ? 1 : deepest;
    const head = element.tHead && element.tHead.rows.length < square.length ? element.tHead.rows.length : top;
    const table = named(square, Math.max(1, Math.min(head, square.length)));
    const caption = element.caption ? clean(element.caption.textContent).trim() : "";
    if (caption && !table.name && namesIt(caption)) table.name = bareName(caption);
    return { table, hidden: hidden.length, above: caption && table.name !== bareName(caption) ? [caption] : [] };
  }

  // ---- the grid

  const make = (tag, values = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...children);
    return element;
  };

  // Edits `table`; calls `changed(table)` with each change, `closed(kept)` at the end.
  function edit(table, { changed, closed }) {
    const now = JSON.parse(JSON.stringify(table));
    const dialog = make("dialog", { className: "grid-editor" });
    dialog.setAttribute("aria-label", "编辑表格");
    const body = make("div", { className: "grid-scroll" });
    const told = make("p", { className: "hint" });
    told.setAttribute("role", "status");
    let here = { row: 0, column: 0 };
    const height = () => now.rows.length;
    const width = () => now.rows[0].length;
    const update = () => changed(now);

    // Where the cell stands that a covered one belongs to.
    function origin(row, column) {
      if (now.rows[row][column] === LEFT && column) return origin(row, column - 1);
      if (now.rows[row][column] === ABOVE && row) return origin(row - 1, column);
      return { row, column };
    }
    function span({ row, column }) {
      let right = 1;
      let down = 1;
      while (column + right < width() && now.rows[row][column + right] === LEFT) right += 1;
      while (row + down < height() && now.rows[row + down][column] === ABOVE) down += 1;
      return { right, down };
    }
    function split({ row, column }) {
      const { right, down } = span({ row, column });
      for (let y = 0; y < down; y += 1) for (let x = 0; x < right; x += 1) if (x || y) now.rows[row + y][column + x] = "";
    }

    function draw() {
      const grid = make("table", { className: "grid" });
      now.rows.forEach((cells, row) => {
        const line = make("tr", { className: row < now.head ? "head" : "" });
        cells.forEach((cell, column) => {
          const first = origin(row, column);
          if (first.row !== row || first.column !== column) return;
          const { right, down } = span(first);
          const area = make("textarea", { rows: Math.max(1, spoken(cell).split("\n").length), value: spoken(cell) });
          area.setAttribute("aria-label", `第${row + 1}行第${column + 1}栏`);
          area.dataset.at = `${row}:${column}`;
          line.append(make("td", { colSpan: right, rowSpan: down }, area));
        });
        grid.append(line);
      });
      body.replaceChildren(grid);
      told.textContent = `共 ${height()} 行 ${width()} 栏，表头 ${now.head} 行。`;
    }
    function focus(row, column) {
      here = origin(Math.max(0, Math.min(row, height() - 1)), Math.max(0, Math.min(column, width() - 1)));
      const area = body.querySelector(`[data-at="${here.row}:${here.column}"]`);
      if (area) area.focus();
    }
    function redraw(row = here.row, column = here.column) {
      draw();
      update();
      focus(row, column);
    }

    const acts = {
      "上方加行": () => { now.rows.splice(here.row, 0, breaks(here.row)); if (here.row < now.head) now.head += 1; redraw(); },
      "下方加行": () => {
        const at = here.row + span(here).down;
        now.rows.splice(at, 0, breaks(at));
        if (at < now.head) now.head += 1;
        redraw(at);
      },
      "左边加栏": () => { now.rows.forEach((row) => row.splice(here.column, 0, row[here.column] === LEFT ? LEFT : "")); redraw(); },
      "右边加栏": () => {
        const at = here.column + span(here).right;
        now.rows.forEach((row) => row.splice(at, 0, row[at] === LEFT ? LEFT : ""));
        redraw(here.row, at);
      },
      "删除行": () => {
        if (height() < 2) return tell("只剩一行，不能再删。");
        now.rows[here.row].forEach((cell, column) => { if (cell !== LEFT && cell !== ABOVE && (now.rows[here.row + 1] || [])[column] === ABOVE) split({ row: here.row, column }); });
        now.rows.splice(here.row, 1);
        now.head = Math.min(here.row < now.head ? Math.max(now.head - 1, 0) : now.head, height());
        return redraw();
      },
      "删除栏": () => {
        if (width() < 2) return tell("只剩一栏，不能再删。");
        now.rows.forEach((cells, row) => { if (cells[here.column] !== LEFT && cells[here.column] !== ABOVE && cells[here.column + 1] === LEFT) split({ row, column: here.column }); });
        now.rows.forEach((cells) => cells.splice(here.column, 1));
        return redraw();
      },
      "与右格合并": () => join(0, span(here).right),
      "与下格合并": () => join(span(here).down, 0),
      "拆开": () => { split(here); redraw(); },
      "表头多一行": () => { now.head = Math.min(now.head + 1, height()); redraw(); },
      "表头少一行": () => { now.head = Math.max(now.head - 1, 0); redraw(); },
    };
    // A row put in between two of one cell becomes part of it.
    const breaks = (row) => Array.from({ length: width() }, (_, column) => ((now.rows[row] || [])[column] === ABOVE ? ABOVE : ""));
    const tell = (text) => { told.textContent = text; };
    function join(down, right) {
      const next = { row: here.row + down, column: here.column + right };
      if (next.row >= height() || next.column >= width()) return tell("这一边没有格了。");
      const first = origin(next.row, next.column);
      const mine = span(here);
      const theirs = span(first);
      const level = right ? first.row === here.row && mine.down === theirs.down : first.column === here.column && mine.right === theirs.right;
      if (first.row !== next.row || first.column !== next.column || !level) return tell("两格大小不一，不能合并。");
      const words = [now.rows[here.row][here.column], now.rows[next.row][next.column]].filter((one) => one);
      now.rows[here.row][here.column] = words.join("<br>");
      const rows = right ? mine.down : mine.down + theirs.down;
      const columns = right ? mine.right + theirs.right : mine.right;
      for (let y = 0; y < rows; y += 1) for (let x = 0; x < columns; x += 1) if (x || y) now.rows[here.row + y][here.column + x] = x ? LEFT : ABOVE;
      return redraw();
    }

    const named = (label, key, hint) => {
      const input = make("input", { value: key === "remarks" ? now.remarks.join(" ") : now[key], placeholder: hint });
      input.addEventListener("input", () => {
        const text = input.value.trim();
        if (key === "remarks") now.remarks = text ? [REMARK.test(text) ? text : `注：${text}`] : [];
        else if (key === "name" && /[。；;！？!?：:|]/.test(text)) return tell("表名里不能有句末标点和冒号。");
        else now[key] = text.slice(0, key === "unit" ? 20 : 60);
        return update();
      });
      return make("label", { className: "grid-named" }, make("span", { textContent: label }), input);
    };
    const tools = make("div", { className: "grid-tools" });
    for (const [label, act] of Object.entries(acts)) {
      const button = make("button", { type: "button", textContent: label });
      // The cell keeps the cursor.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", act);
      tools.append(button);
    }
    const end = (kept) => { dialog.close(); dialog.remove(); closed(kept, now); };
    const done = make("button", { type: "button", className: "primary", textContent: "完成" });
    const back = make("button", { type: "button", textContent: "放弃改动" });
    const gone = make("button", { type: "button", className: "link", textContent: "删除整张表" });
    done.addEventListener("click", () => end("kept"));
    back.addEventListener("click", () => end("dropped"));
    gone.addEventListener("click", () => end("deleted"));
    dialog.append(
      make("div", { className: "grid-names" }, named("表名", "name", "写了表名的编号：表1、表2……"), named("单位", "unit", "万元"), named("表下的注", "remarks", "注：数据截至……")),
      tools, body, told,
      make("p", { className: "hint", textContent: "Tab 到下一格，回车到下一行，Shift+回车在格内换行，Ctrl+方向键移到相邻的格；从 Excel 复制的格可以直接粘贴。" }),
      make("div", { className: "actions" }, done, back, gone),
    );

    body.addEventListener("focusin", (event) => {
      if (!event.target.dataset.at) return;
      const [row, column] = event.target.dataset.at.split(":").map(Number);
      here = { row, column };
    });
    body.addEventListener("input", (event) => {
      now.rows[here.row][here.column] = written(event.target.value);
      event.target.rows = event.target.value.split("\n").length;
      update();
    });
    body.addEventListener("keydown", (event) => {
      const { right, down } = span(here);
      const steps = { ArrowUp: [-1, 0], ArrowDown: [down, 0], ArrowLeft: [0, -1], ArrowRight: [0, right] };
      let to = event.ctrlKey ? steps[event.key] : undefined;
      if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.isComposing) to = [down, 0];
      if (!to) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter" && here.row + down >= height()) acts["下方加行"]();
      else focus(here.row + to[0], here.column + to[1]);
    });
    body.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain");
      if (!/[\t\n]/.test(text.trim())) return;
      event.preventDefault();
      const cells = ofTabs(text);
      cells.forEach((row, y) => row.forEach((cell, x) => {
        while (height() <= here.row + y) now.rows.push(Array(width()).fill(""));
        while (width() <= here.column + x) now.rows.forEach((one) => one.push(""));
        const at = origin(here.row + y, here.column + x);
        now.rows[at.row][at.column] = written(cell);
      }));
      redraw();
      tell(`已贴入 ${cells.length} 行。`);
    });
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); end("kept"); });
    document.body.append(dialog);
    draw();
    dialog.showModal();
    focus(0, 0);
  }

  return { edit, laysOut, linesOf, ofElement, tabbed, tablesIn };
})();

// What is pasted from Word, WPS, Excel and web pages, as text: tables stay tables, everything else
// loses its looks, and what got lost is said.
"use strict";
window.pasting = (() => {
  // Styles first: our pages forbid them, and the browser would log each.
  const tamed = (html) => html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle\s*=\s*("[^"]*"|'[^']*')/gi, " data-style=$1");

  const BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6";
  const SHOWN = 3;
  const HAN_BREAK = /([\u2e80-\u9fff\uff00-\uffef“”])[ \t]*[\r\n]+[ \t]*(?=\S)/g;
  const BREAK_HAN = /(?<=\S)[ \t]*[\r\n]+[ \t]*(?=[\u2e80-\u9fff\uff00-\uffef“”])/g;

  function parsed(html) {
    const page = new DOMParser().parseFromString(tamed(html), "text/html");
    page.querySelectorAll("script, title, xml, head > *").forEach((one) => one.remove());
    // In HTML a break of the source is a space, but Word breaks it within Chinese too.
    const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data } = texts.currentNode;
      texts.currentNode.data = data.replace(HAN_BREAK, "$1").replace(BREAK_HAN, "").replace(/[ \t\r\n]+/g, " ");
    }
    return page;
  }

  // 附注 of Word: the marks in the text go, the notes themselves are paragraphs at the end.
  function notes(body) {
    const marks = [...body.querySelectorAll("a[href*='#_ftn'], a[href*='#_edn']")];
    const count = marks.filter((one) => /#_(ftn|edn)\d/.test(one.getAttribute("href"))).length;
    marks.forEach((one) => one.remove());
    return count;
  }

  const HIDDEN = /display:\s*none|mso-hide:\s*all|visibility:\s*(hidden|collapse)/i;

  // What a program takes along and does not show, and what it shows beside the text; returns
  // whether the plain text has it too.
  function aside(body, said) {
    const take = (chosen, tell) => {
      const found = chosen.filter((one) => one.isConnected);
      if (found.length) said.push(tell(found.length));
      found.forEach((one) => one.remove());
      return found.length;
    };
    const hidden = [...body.querySelectorAll("[data-style]:not(col, colgroup), [hidden]")].filter((one) => one.hidden || HIDDEN.test(one.dataset.style));
    const rows = hidden.filter((one) => one.tagName === "TR");
    const others = hidden.filter((one) => one.tagName !== "TR" && !hidden.includes(one.closest("tr")));
    const struck = [...body.querySelectorAll("del")].filter((one) => !one.parentElement.closest("del"));
    const notes = [...body.querySelectorAll("[data-style*='mso-element:comment'], .MsoCommentReference, a[href^='#_msocom']")].filter((one) => !one.parentElement.closest("[data-style*='mso-element:comment'], .MsoCommentReference"));
    const commented = new Set(notes.filter((one) => one.matches("a, .MsoCommentReference")).map((one) => one.textContent)).size;
    const gone = take(rows, (many) => `隐藏的 ${many} 行没有带来`) + take(others, (many) => `隐藏的内容 ${many} 处没有带来`)
      + take(struck, (many) => `修订中删去的文字 ${many} 处没有带来`) + take(notes, () => `批注 ${Math.max(1, commented)} 处没有带来`);
    return gone > 0;
  }

  // Words that stand in no text of the page: what a form holds, the numbers of lists.
  function spoken(body) {
    for (const one of body.querySelectorAll("input, select, textarea")) {
      const box = /^(checkbox|radio)$/.test(one.type);
      const text = one.tagName === "SELECT" ? one.selectedOptions[0]?.textContent : box ? (one.checked ? "☑" : "☐") : one.value;
      one.replaceWith(/^(hidden|password|button|submit|reset|image|file)$/.test(one.type) ? "" : text || "");
    }
    for (const list of body.querySelectorAll("ol")) {
      let number = list.start;
      for (const one of [...list.children].filter((child) => child.tagName === "LI")) {
        number = one.value || number;
        if (!/list-style(-type)?:\s*none/i.test(`${list.dataset.style || ""};${one.dataset.style || ""}`)) (one.querySelector("p") || one).prepend(`${number}.`);
        number += 1;
      }
    }
  }

  const isBold = (one) => /^(B|STRONG)$/.test(one.tagName) ? !/font-weight:\s*(normal|400)/i.test(one.dataset.style || "") : /font-weight:\s*(bold|[6-9]00)/i.test(one.dataset.style || "");

  function looks(body, said) {
    const words = (one) => one.textContent.trim();
    const bold = [...body.querySelectorAll("b, strong, [data-style*='font-weight']")].filter((one) => isBold(one) && words(one) && !one.closest("h1, h2, h3, h4, h5, h6, th") && ![...body.querySelectorAll("b, strong")].some((outer) => outer !== one && outer.contains(one) && isBold(outer)));
    if (bold.length) said.push(`加粗 ${bold.length} 处没有带来（公文正文不加粗，层次标题的字体由系统排）`);
    const marked = body.querySelectorAll("u, s, strike, del, i, em, mark").length;
    if (marked) said.push(`下划线、斜体等字形 ${marked} 处没有带来`);
    const links = [...body.querySelectorAll("a[href]")].map((one) => [words(one), one.getAttribute("href")]).filter(([text, to]) => /^(https?|mailto):/i.test(to) && text !== to && `${text}/` !== to);
    if (links.length) {
      const shown = links.slice(0, SHOWN).map(([text, to]) => `“${text.slice(0, 12)}”（${to.slice(0, 80)}）`).join("、");
      said.push(`链接只留文字，网址没有带来：${shown}${links.length > SHOWN ? ` 等 ${links.length} 处` : ""}`);
    }
    for (const one of body.querySelectorAll("sup, sub")) {
      const text = words(one);
      if (one.tagName === "SUP" && /^[23]$/.test(text)) one.textContent = { 2: "²", 3: "³" }[text];
      else if (text) said.push(`${one.tagName === "SUP" ? "上标" : "下标"}“${text.slice(0, 6)}”成了普通文字，请核对`);
    }
    if (body.querySelector("m\\:omath, math, [class*=MathJax]")) said.push("公式没有带来，请用文字写明");
  }

  // Tables become lines, each where it stands; returns how many there were.
  function tables(body, clean, said) {
    const { laysOut, linesOf, ofElement } = window.textTables;
    let count = 0;
    let nested = 0;
    for (const element of body.querySelectorAll("table")) {
      if (!element.isConnected || element.parentElement.closest("table:not([data-lays])")) continue;
      if (laysOut(element)) {
        element.dataset.lays = "1";
        continue;
      }
      nested += element.querySelectorAll("table").length;
      const { table, hidden, above } = ofElement(element, clean);
      if (!table.rows.length) continue;
      if (hidden) said.push(`隐藏的 ${hidden} 栏没有带来`);
      const lines = [...above, ...linesOf(table)];
      if (lines.some((line) => /\| #{3,} \|/.test(line))) said.push("表里有显示为 #### 的格，请在 Excel 里把栏加宽后重新复制");
      const text = body.ownerDocument.createElement("pre");
      // A bar alone ends the table: another one may follow.
      text.textContent = `\n${lines.join("\n")}\n|\n`;
      element.replaceWith(text);
      count += 1;
    }
    if (nested) said.push(`表中套的表 ${nested} 张并成了一格里的文字，请核对`);
    return count;
  }

  function textOf(body) {
    body.querySelectorAll("br").forEach((one) => one.after("\n"));
    body.querySelectorAll(BLOCKS).forEach((one) => one.after("\n"));
    body.querySelectorAll("td, th").forEach((one) => one.after(" "));
    return body.textContent;
  }

  // The text to put in, and what is to be said of it.
  function read({ html, plain, picture, clean = cleaned }) {
    const said = [];
    let text = "";
    let count = 0;
    if (html) {
      const { body } = parsed(html);
      const without = aside(body, said);
      spoken(body);
      const noted = notes(body);
      if (noted) said.push(`脚注、尾注 ${noted} 处的标号没有带来，注文成了最后的段落`);
      looks(body, said);
      count = tables(body, clean, said);
      // The program's own plain text has its numbers and breaks; it is only left for tables and notes.
      text = count || noted || without || /[²³]/.test(body.textContent) || !plain.trim() ? clean(textOf(body)) : clean(plain);
    } else {
      const table = window.textTables.tabbed(plain);
      count = table ? 1 : 0;
      text = table ? window.textTables.linesOf(table).join("\n") : clean(plain);
    }
    if (count) said.unshift(`已贴入 ${count} 张表，可以在下面“编辑表格”里改`);
    if (picture) said.push(text.trim() ? "图片不能放进答复正文，请作为附件上传" : "图片不能粘贴到答复正文，请作为附件上传");
    if (count) text = text.replace(/^\|$\n?(?!\|)/gm, "").trimEnd();
    return { text: text.replace(/^\n+$/, ""), tabular: count > 0, said };
  }

  // execCommand and not setRangeText, which would empty the undo history. As HTML, for insertText
  // types line by line: 1,600 lines take seven seconds, and 10,000 never end.
  function put(area, text) {
    area.focus();
    const { selectionStart: start, selectionEnd: end, value } = area;
    const wanted = value.slice(0, start) + text + value.slice(end);
    if (!text) {
      document.execCommand("delete");
    } else if (text.includes("\n")) {
      document.execCommand("insertHTML", false, text.replace(/&/g, "&amp;").replace(/</g, "&lt;"));
    } else {
      document.execCommand("insertText", false, text);
    }
    if (area.value === wanted) return;
    area.value = wanted;
    area.setSelectionRange(start + text.length, start + text.length);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What is pasted from Word and web pages: plain text, without the marks and indents of a layout.
  const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc]/g;
  // Word's own bullets stand in the private use area (Wingdings, Symbol).
  const INDENT = /^[\s\u3000]*(?:[·•●◆◇■□▪▫►➢➤✓§\uf000-\uf0ff]\s*)?/;
  function cleaned(text) {
    const lines = text.replace(/\r\n?|[\u0085\u2028\u2029\u000b\u000c]/g, "\n").replace(INVISIBLE, "").replace(/[\u00a0\t]/g, " ").split("\n");
    // Within one line the spaces at its ends may part it from what stands beside.
    if (lines.length === 1) return lines[0].replace(/^[\u3000\uf000-\uf0ff]+/, "");
    return lines.map((line) => line.replace(INDENT, "").replace(/[\s\u3000]+$/, "")).filter((line) => line).join("\n");
  }

  // A table stands on lines of its own.
  function apart(area, text) {
    const before = area.value.slice(0, area.selectionStart);
    const behind = area.value.slice(area.selectionEnd);
    // Behind the rows of another table it is another one.
    const other = /(^|\n)\|[^\n]*\n?$/.test(before) && text.startsWith("|") ? "|\n" : "";
    return `${before && !before.endsWith("\n") ? "\n" : ""}${other}${text.trim()}${behind && !behind.startsWith("\n") ? "\n" : ""}`;
  }

  document.addEventListener("paste", (event) => {
    const area = event.target;
    const data = event.clipboardData;
    if (!area.matches("[data-tables]") || !data) return;
    event.preventDefault();
    const html = data.getData("text/html");
    const plain = data.getData("text/plain");
    const files = [...data.items].some((item) => item.kind === "file");
    // Word and Excel send along a picture of the text itself: it is no picture of the page's.
    const picture = (files && !plain.trim()) || /<(img|v:imagedata)\b/i.test(html);
    const { text, tabular, said } = read({ html, plain, picture });
    if (text) put(area, tabular ? apart(area, text) : text);
    if (area.told) area.told(said);
    area.dispatchEvent(new CustomEvent("pasted", { bubbles: true, detail: { text, said } }));
  });

  return { put };
})();

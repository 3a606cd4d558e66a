// The archive: files dropped or chosen are sent one by one; an import under way is told as it goes.
"use strict";
(() => {
  const form = document.getElementById("import-form");
  const drop = document.getElementById("drop");
  const field = document.getElementById("f-files");
  const status = document.getElementById("upload-status");
  const jobs = document.getElementById("jobs");
  const LARGEST = 55 * 1024 * 1024;
  const headers = { Accept: "application/json" };
  const polled = new Set();
  drop.querySelector(".drop-hint").hidden = false;

  // ---------------------------------------------------------------- the file field's own words

  const choose = document.createElement("button");
  choose.type = "button";
  choose.textContent = field.dataset.choose;
  const chosen = document.createElement("span");
  chosen.className = "file-name";
  field.before(choose, chosen);
  field.classList.add("visually-hidden");
  field.tabIndex = -1;
  choose.addEventListener("click", () => field.click());
  field.addEventListener("change", name);
  name();

  function name() {
    const files = field.files;
    chosen.textContent = files.length > 1 ? `${files.length} 个文件` : files.length ? files[0].name : field.dataset.none;
  }

  // ---------------------------------------------------------------- sending

  async function send(files) {
    const kind = form.elements.kind.value;
    const refused = [];
    let job = "";
    let sent = 0;
    for (const { file, name } of files) {
      status.textContent = `正在上传 ${sent + 1} / ${files.length}`;
      try {
        if (file.size > LARGEST) throw new Error("文件过大，请交管理员导入。");
        const body = new FormData();
        body.append("csrf", form.elements.csrf.value);
        body.append("kind", kind);
        body.append("job", job);
        body.append("files", file, name);
        const answer = await fetch(form.action, { method: "POST", body, headers });
        const said = await answer.json();
        if (!answer.ok) throw new Error(said.error);
        job = String(said.job);
        refused.push(...said.refused);
        follow(job);
      } catch (error) {
        refused.push(`${name}：${error instanceof TypeError ? "没有传上去，请检查网络后重试。" : error.message}`);
      }
      sent += 1;
    }
    status.textContent = refused.length ? `有 ${refused.length} 个文件没有收下` : "";
    if (refused.length) {
      const box = jobBox(job || "refused");
      list(box, refused.map((text) => ({ source: text, reason: "" })), "refused");
    }
    form.reset();
    name();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const files = [...field.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
    if (files.length) send(files);
  });

  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const plain = [...event.dataTransfer.files].map((file) => ({ file, name: file.name }));
    const files = entries.some((entry) => entry && entry.isDirectory) ? await walk(entries) : plain;
    if (files.length) send(files);
  });

  async function walk(entries) {
    const found = [];
    for (const entry of entries) {
      if (!entry || entry.name.startsWith(".") || entry.name.startsWith("~$")) continue;
      if (entry.isFile) {
        const file = await new Promise((done, failed) => entry.file(done, failed));
        found.push({ file, name: entry.fullPath.replace(/^\//, "") });
      } else {
        found.push(...(await walk(await children(entry))));
      }
    }
    return found;
  }

  // A directory gives its entries a hundred at a time, and an empty list at the end.
  async function children(directory) {
    const reader = directory.createReader();
    const all = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return all;
      all.push(...some);
    }
  }

  // ---------------------------------------------------------------- telling

  function jobBox(number) {
    let box = jobs.querySelector(`[data-job="${number}"]`);
    if (!box) {
      box = document.createElement("div");
      box.className = "job";
      box.dataset.job = number;
      const line = document.createElement("p");
      const bar = document.createElement("progress");
      bar.setAttribute("aria-label", "导入进度");
      const text = document.createElement("span");
      text.className = "job-text";
      line.append(bar, " ", text);
      const failures = document.createElement("ul");
      failures.className = "job-failures";
      box.append(line, failures);
      jobs.prepend(box);
    }
    return box;
  }

  function list(box, failures, mark) {
    const place = box.querySelector(".job-failures");
    place.querySelectorAll(`[data-mark="${mark}"]`).forEach((old) => old.remove());
    for (const { source, reason } of failures) {
      const line = document.createElement("li");
      line.dataset.mark = mark;
      const name = document.createElement("b");
      name.textContent = source;
      line.append(name, `　${reason}`);
      place.append(line);
    }
  }

  function left(seconds) {
    if (seconds === null) return "";
    if (seconds < 60) return `，还需约 ${Math.max(1, seconds)} 秒`;
    return `，还需约 ${Math.round(seconds / 60)} 分钟`;
  }

  function show(box, state) {
    const bar = box.querySelector("progress");
    bar.max = state.total || 1;
    bar.value = state.done;
    const text = box.querySelector(".job-text");
    if (state.state === "running") {
      const rate = state.seconds > 1 ? `，每秒 ${(state.done / state.seconds).toFixed(1)} 件` : "";
      text.textContent = `正在导入：${state.done} / ${state.total} 件${rate}${left(state.seconds_left)}`;
    } else if (state.state === "stopped") {
      text.textContent = `已停止：${state.message}`;
    } else {
      text.textContent = `导入 ${state.imported} 件，未变 ${state.unchanged} 件，未能导入 ${state.failed} 件${state.message && `。${state.message}`}`;
    }
    box.dataset.state = state.state;
    box.querySelectorAll(".job-failures li:not([data-mark])").forEach((old) => old.remove());
    list(box, state.failures, "failed");
  }

  async function follow(number) {
    if (polled.has(number)) return;
    polled.add(number);
    const box = jobBox(number);
    const address = jobs.dataset.address.replace(/0$/, number);
    for (;;) {
      try {
        const answer = await fetch(address, { headers });
        if (!answer.ok) break;
        const state = await answer.json();
        show(box, state);
        if (state.state !== "running" && !status.textContent.startsWith("正在上传")) break;
      } catch (error) {
        box.querySelector(".job-text").textContent = "暂时连不上服务，稍后自动再试。";
      }
      await new Promise((done) => setTimeout(done, 800));
    }
    polled.delete(number);
    relist();
  }

  // The list below is brought up to date in place: what is typed above stays.
  async function relist() {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["#listing", ".page-head h1"]) {
      const fresh = page.querySelector(part);
      if (fresh) document.querySelector(part).replaceWith(fresh);
    }
  }

  jobs.querySelectorAll('[data-state="running"]').forEach((box) => follow(box.dataset.job));
})();

// Many at once: how far the work is, told as it goes; one tick for all lines of one doubt.
"use strict";
(() => {
  const progress = document.getElementById("progress");
  if (progress) follow(progress);

  async function follow(box) {
    const bar = box.querySelector("progress");
    const text = box.querySelector(".progress-text");
    const unit = box.dataset.state === "reading" ? "个文件" : "件";
    for (;;) {
      try {
        const answer = await fetch(box.dataset.address, { headers: { Accept: "application/json" } });
        if (!answer.ok) break;
        const said = await answer.json();
        if (said.state !== box.dataset.state) break;
        bar.max = said.total || 1;
        bar.value = said.done;
        text.textContent = `${said.done} / ${said.total} ${unit}`;
      } catch (error) {
        text.textContent = "暂时连不上服务，稍后自动再试。";
      }
      await new Promise((done) => setTimeout(done, 700));
    }
    location.reload();
  }

  const plan = document.getElementById("plan");
  if (!plan) return;
  const ticks = [...plan.querySelectorAll('input[name="tick"]')];
  const shown = document.getElementById("ticked");
  const count = () => {
    shown.textContent = `（${ticks.filter((one) => one.checked).length} 件）`;
  };
  for (const group of plan.querySelectorAll("[data-group]")) {
    // With script the ticks themselves are sent: what is taken back one by one stays so.
    group.removeAttribute("name");
    group.addEventListener("change", () => {
      for (const one of ticks) if (one.dataset.code === group.dataset.group) one.checked = group.checked;
      count();
    });
  }
  plan.addEventListener("change", count);
  count();
})();

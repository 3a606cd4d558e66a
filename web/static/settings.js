// 单位设置: the sample letter beside follows what is chosen, without a press of the button.
(function () {
  "use strict";
  var form = document.getElementById("settings-form");
  var side = document.querySelector(".preview-side");
  if (!form || !side || !window.fetch || !window.DOMParser) { return; }
  var turn = 0;

  function look() {
    var mine = ++turn;
    var sent = new FormData(form);
    sent.set("action", "look");
    fetch(form.getAttribute("action"), { method: "POST", body: sent, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) {
        if (!text || mine !== turn) { return; }
        var page = new DOMParser().parseFromString(text, "text/html");
        ["preview", "layout-notes", "notice"].forEach(function (name) {
          var now = side.querySelector("." + name);
          var next = page.querySelector(".preview-side ." + name);
          if (now && next) { now.replaceWith(next); }
          else if (now) { now.remove(); }
          else if (next) { side.insertBefore(next, side.querySelector(".preview")); }
        });
      })
      .catch(function () { /* The button still does it. */ });
  }

  form.addEventListener("change", look);
  side.addEventListener("change", function (event) { if (event.target.name === "sample") { look(); } });
})();

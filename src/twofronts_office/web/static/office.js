"use strict";
// On a wide screen the menu is always open; on a phone it opens when asked.
(function () {
  const menu = document.getElementById("menu");
  const wide = window.matchMedia("(min-width: 900px)");
  const set = () => { if (menu) { menu.open = wide.matches; } };
  set();
  wide.addEventListener("change", set);
  // A form that is being sent is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.sent) { if (form.dataset.sent) { event.preventDefault(); } return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
  // Enter in a box of a form presses no button: one does not decide by a slip.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("form input[type=checkbox], form input[type=radio]")) { event.preventDefault(); }
  });
  // Charts: <div class="chart" data-option="id of a JSON script">; tooltips as text, since the
  // content security policy allows no inline styles.
  document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".chart[data-option]").forEach((box) => {
    if (!window.echarts) { return; }
    const option = JSON.parse(document.getElementById(box.dataset.option).textContent);
    option.tooltip = Object.assign({ renderMode: "richText" }, option.tooltip || {});
    option.animation = false;
    const chart = window.echarts.init(box, null, { renderer: "svg" });
    chart.setOption(option);
    window.addEventListener("resize", () => chart.resize());
  });
  });
  document.querySelectorAll("[data-print]").forEach((b) => b.addEventListener("click", () => window.print()));
})();

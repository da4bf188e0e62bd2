"use strict";
// The page of a what-if: draws the charts anew when more is known, keeps open what the reader opened,
// and stops asking once the run has ended.
(function () {
  let open = [];
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id !== "whatif") { return; }
    open = [...document.querySelectorAll("#whatif details")].map((d) => d.open);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const box = event.target;
    if (box.id !== "whatif") { return; }
    const fresh = box.querySelectorAll("details");
    if (fresh.length === open.length) { fresh.forEach((d, i) => { d.open = open[i]; }); }
    window.officeCharts.draw(box);
    if (document.getElementById("ended")) {
      box.removeAttribute("hx-get");
      box.removeAttribute("hx-trigger");
      window.htmx.process(box);
    }
  });
  // a chart in a closed fold has no size until it is opened
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.querySelector(".chart")) { window.officeCharts.draw(event.target); }
  }, true);
})();

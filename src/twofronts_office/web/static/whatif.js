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
  // what the plan decides whose point is pointed at or has the focus
  function list(head, texts) {
    const title = document.createElement("h4"), ul = document.createElement("ul");
    title.textContent = head + " (" + texts.length + ")";
    texts.forEach((t) => { const li = document.createElement("li"); li.textContent = t; ul.append(li); });
    return texts.length ? [title, ul] : [];
  }
  let told = null;
  function tell(index) {
    const box = document.getElementById("plan-said"), held = document.getElementById("explorer-plans");
    const plan = box && held ? JSON.parse(held.textContent)[index] : null;
    if (!plan) { return; }
    told = index;
    const title = document.createElement("h3"), fronts = document.createElement("p"), say = box.dataset;
    title.textContent = plan.name;
    fronts.textContent = plan.fronts.join(" · ");
    const known = plan.same.length ? say.other : say.all;
    if (!plan.other.length && plan.same.length) { fronts.textContent += " · " + say.none; }
    box.firstElementChild.replaceChildren(title, fronts);  // read out; the lists are there to go to
    box.lastElementChild.replaceChildren(...list(known, plan.other), ...list(say.same, plan.same));
  }
  document.addEventListener("point", (event) => tell(event.detail.index));
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "whatif" && told !== null) { tell(told); } });
  // a chart in a closed fold has no size until it is opened
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.querySelector(".chart")) { window.officeCharts.draw(event.target); }
  }, true);
})();

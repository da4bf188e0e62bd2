"use strict";
// The cockpit: the map's slider and layers, live figures, the wall.
(function () {
  const root = document.getElementById("cockpit");
  if (!root) { return; }
  const held = { day: 0, chosen: null, mode: "grade", layers: ["checkpoints", "hospitals"] };
  const byId = (id) => document.getElementById(id);
  const read = (id) => { const e = byId(id); return e ? JSON.parse(e.textContent) : null; };

  // --- map -------------------------------------------------------------------------------------
  function map() {
    const box = byId("map-box"), days = read("map-days"), words = read("map-words");
    if (!box || !days || !days.days.length) { return; }
    const slider = byId("map-day"), say = byId("map-say");
    slider.max = days.days.length - 1;
    // a day that somebody chose stays, by its date; otherwise the newest reported one
    const at = held.chosen === null ? -1 : days.days.indexOf(held.chosen);
    held.day = at < 0 ? days.now : at;
    slider.value = held.day;
    const lasts = Object.values(days.districts).map((d) => Math.max(0, ...d.total.filter((n) => n !== null)));
    const most = Math.max(1, ...lasts);

    function what(code, i) {
      const d = days.districts[code], ahead = i - days.now - 1;
      const level = d.level[i] || "";
      const grade = words[level] + (d.sure[i] ? " " + d.sure[i] : "");
      if (ahead < 0) { return { level, grade, cases: d.total[i] === null ? "–" : String(d.total[i]), shade: d.total[i] === null ? "none" : Math.ceil(4 * d.total[i] / most) }; }
      const known = d.mid.length > ahead;
      return { level, grade, cases: known ? Math.round(d.low[ahead]) + "–" + Math.round(d.high[ahead]) : "–", shade: known ? Math.min(4, Math.ceil(d.high[ahead])) : "none" };
    }

    function paint() {
      const i = held.day, ahead = i > days.now;
      byId("map-date").textContent = days.days[i] + " · " + (ahead ? words.ahead : words.past);
      slider.setAttribute("aria-valuetext", byId("map-date").textContent);
      box.dataset.mode = held.mode;
      box.querySelectorAll(".district").forEach((a) => {
        const d = days.districts[a.dataset.code];
        if (!d) { return; }
        const w = what(a.dataset.code, i);
        const land = a.querySelector(".land");
        land.setAttribute("class", "land " + (held.mode === "grade" ? "g-" + (w.level || "none") : "c-" + w.shade));
        const line = box.querySelector('.lv[data-code="' + a.dataset.code + '"]');
        if (line) {
          if (!line.dataset.first) { line.dataset.first = line.textContent; }
          line.textContent = held.mode === "cases" ? w.cases : i === days.now ? line.dataset.first : w.grade;
        }
        a.querySelector("title").textContent = tell(a, w, ahead);
      });
      box.querySelectorAll(".pt[data-id]").forEach((a) => stand(a, i));
      box.querySelectorAll(".fl").forEach((t) => { t.textContent = words.filed.replace("%s", count("filings", t.dataset.code, i)); });
      byId("map-registers").textContent = registers(i);
      held.layers.length ? box.setAttribute("data-layers", held.layers.join(" ")) : box.removeAttribute("data-layers");
    }

    // what the registers held on a day: how each point stood, and the counts of each district
    function count(what, code, i) {
      const row = (days.counted[what] || {})[code];
      return !row || row[i] === null || row[i] === undefined ? "–" : String(row[i]);
    }
    function stand(a, i) {
      const [base, runs] = days.runs[a.dataset.id];
      let kind = "";
      runs.forEach(([from, then]) => { if (from <= i) { kind = then; } });
      const layer = a.classList[1];
      a.setAttribute("class", "pt " + layer + " " + (kind || "unknown"));
      a.querySelector("title").textContent = base + " · " + words.kinds[layer][kind];
    }
    function registers(i) {
      if (i > days.now) { return words.planned; }
      const named = ["checkpoints", "communities", "filings"].filter((k) => days.counted[k]);
      if (!named.length) { return ""; }
      if (i === days.now) { return words.stand; }
      const none = named.filter((k) => Object.values(days.counted[k]).every((row) => row[i] === null));
      return none.length === named.length ? words.unrecorded.replace("%s", none.map((k) => words[k]).join(", "))
        : words.stood + (none.length ? " " + words.unrecorded.replace("%s", none.map((k) => words[k]).join(", ")) : "");
    }

    function tell(a, w, ahead) {
      const said = ["checkpoints", "communities", "filings"].filter((k) => days.counted[k]).map((k) => words[k] + ": " + count(k, a.dataset.code, held.day));
      return [a.dataset.name, words.grade + ": " + w.grade, (ahead ? words["new"] : words.total) + ": " + w.cases].concat(said).join(" · ");
    }

    box.querySelectorAll(".district").forEach((a) => {
      const show = () => { say.textContent = a.querySelector("title").textContent; };
      a.addEventListener("mouseenter", show);
      a.addEventListener("focus", show);
    });
    box.querySelectorAll(".pt").forEach((a) => a.addEventListener("mouseenter", () => { say.textContent = a.querySelector("title").textContent; }));
    slider.addEventListener("input", () => { held.day = Number(slider.value); held.chosen = days.days[held.day]; paint(); });
    box.querySelectorAll("[name=map-mode]").forEach((r) => {
      r.checked = r.value === held.mode;
      r.addEventListener("change", () => { held.mode = r.value; paint(); });
    });
    box.querySelectorAll("[name=layer]").forEach((c) => {
      c.checked = held.layers.includes(c.value);
      c.addEventListener("change", () => {
        held.layers = Array.from(box.querySelectorAll("[name=layer]:checked"), (x) => x.value);
        paint();
      });
    });
    paint();
  }

  // --- live: the parts that changed replace the old ones ------------------------------------------
  const live = byId("live");
  let etag = root.dataset.digest ? '"' + root.dataset.digest + '"' : "";
  const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  let good = clock();

  // what the server sent, part by part: the page's own parts change as charts are drawn into them
  function sources(html) {
    const held = document.createElement("template");
    held.innerHTML = html;
    return Array.from(held.content.querySelectorAll("[data-part]"));
  }
  let before = null;

  function swap(html) {
    const fresh = sources(html);
    const texts = new Map(fresh.map((p) => [p.dataset.part, p.outerHTML]));
    const old = Array.from(root.querySelectorAll("[data-part]"), (p) => p.dataset.part).join();
    if (old !== fresh.map((p) => p.dataset.part).join()) {  // a part came or went
      root.innerHTML = html;
      window.officeCharts.draw(root);
      map();
      before = texts;
      return;
    }
    fresh.forEach((part) => {
      const name = part.dataset.part;
      if (before && before.get(name) === texts.get(name)) { return; }
      const now = root.querySelector('[data-part="' + name + '"]');
      const open = Array.from(now.querySelectorAll("details"), (d) => d.open);
      const focused = now.contains(document.activeElement) ? document.activeElement.id : "";
      now.replaceWith(part);
      part.querySelectorAll("details").forEach((d, i) => { if (open[i]) { d.open = true; } });
      if (focused && byId(focused)) { byId(focused).focus({ preventScroll: true }); }
      window.officeCharts.draw(part);
      if (name === "map") { map(); }
    });
    before = texts;
  }

  async function poll() {
    if (document.hidden) { return; }
    try {
      const answer = await fetch(root.dataset.live, { headers: etag ? { "If-None-Match": etag } : {}, credentials: "same-origin", redirect: "error", cache: "no-store" });
      if (answer.status === 200) {
        etag = answer.headers.get("ETag") || "";
        swap(await answer.text());
        live.textContent = live.dataset.new + " · " + clock();
      } else if (answer.status === 304) {
        live.textContent = live.dataset.ok + " · " + clock();
      } else { throw new Error(String(answer.status)); }
      good = clock();
      live.classList.remove("off");
    } catch (error) {
      live.textContent = live.dataset.off + " " + good;
      live.classList.add("off");
    }
  }

  // --- wall ----------------------------------------------------------------------------------------
  const wall = () => document.body.classList.contains("wall");
  function setWall(on) {
    document.body.classList.toggle("wall", on);
    history.replaceState(null, "", on ? "?wall=1" : location.pathname);
    if (on && document.documentElement.requestFullscreen) { document.documentElement.requestFullscreen().catch(() => {}); }
    if (!on && document.fullscreenElement) { document.exitFullscreen().catch(() => {}); }
    window.officeCharts.draw(root);
  }
  byId("wall-on").addEventListener("click", (e) => { e.preventDefault(); setWall(true); byId("wall-off").focus(); });
  byId("wall-off").addEventListener("click", (e) => { e.preventDefault(); setWall(false); byId("wall-on").focus(); });
  document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement && wall()) { setWall(false); } });

  document.addEventListener("DOMContentLoaded", () => {
    map();
    setInterval(poll, 1000 * Number(root.dataset.every));
    document.addEventListener("visibilitychange", poll);
    document.documentElement.dataset.ready = "1";
  });
})();

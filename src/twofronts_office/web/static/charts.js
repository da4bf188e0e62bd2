"use strict";
// Charts of the cockpit and of the what-if room, drawn by ECharts from plain values.
//
// In the page:   <div class="chart" data-spec="trend" role="img" aria-label="..."></div>
//                {{ spec|json_script:"trend" }}     and a table of the same values beside it
// Scripts:       vendor/echarts-6.1.0.min.js and charts.js, both deferred; no inline script needed.
// After a swap:  officeCharts.draw(element) draws the charts inside an element anew.
//
// A spec is one of
//   {kind: "days", unit, x: [label], now: label?, series: [S], marks: [{name, value}]?, min?, max?,
//    percent: bool?}
//     S = {name, as: "bar" | "line" | "band" | "points", tone, values: [number|null]}
//         a band has low: [...] and high: [...] in place of values; everything after `now` of a bar
//         is hatched; tone is a name of TONES
//   {kind: "bars", unit, rows: [{name, short?, value, text?, mark?, note?, tone?}], percent: bool?, max?,
//    markName?, more?}
//     one bar a row, a mark (target, bottom line) as a stroke across it; `short` is drawn beside the
//     bar where the name is long, `text` stands for the value (of a bar that is cut); where the box is low the first rows are drawn and `more` ("%d more")
//     says how many are not
//   {kind: "cloud", unit_x, unit_y, points: [{name, x, y, note?, tone?, short?, shape?, hollow?}]}
//     points with what they stand for on hover and by keyboard (the explorer of fronts); a shape is
//     "circle", "diamond" or "star"; pointing at one, or going to it, sends the event "point" with its
//     index from the box. The box is a role="group": its points have the focus one by one
// Shares are given as 0..1 with percent: true. Bands are dashed at their ends and bars of the future
// hatched, so that the chart is read without colour too.
(function () {
  const TONES = { one: "#0b5c7a", ahead: "#b45f06", two: "#1f7a52", grey: "#66757e", plum: "#8a3d6b", bad: "#a1231d" };
  const INK = "#33424b", SOFT = "#54636d", RULE = "#dfe6e9";
  const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif';
  const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,.85)" };
  const tone = (name) => TONES[name] || name || TONES.one;

  function scale(box) { return parseFloat(getComputedStyle(box).fontSize) / 15 || 1; }

  function number(v, spec) {
    if (v === null || v === undefined || Number.isNaN(v)) { return "–"; }
    if (spec.percent) { return (100 * v).toFixed(1) + "%"; }
    const a = Math.abs(v);
    return v.toLocaleString(document.documentElement.lang, { maximumFractionDigits: a < 10 ? 2 : a < 100 ? 1 : 0 });
  }

  function bandOf(s, size) {
    const low = s.low, diff = s.high.map((h, i) => (h === null || low[i] === null ? null : h - low[i]));
    const edge = { color: tone(s.tone), width: 1.2 * size, type: "dashed", opacity: 0.9 };
    const plain = { type: "line", symbol: "none", silent: true, stack: "band " + s.name, stackStrategy: "all", z: 1, tooltip: { show: false } };
    return [
      Object.assign({ name: s.name + " –", data: low, lineStyle: edge }, plain),
      Object.assign({ name: s.name, data: diff, lineStyle: edge, itemStyle: { color: tone(s.tone) }, areaStyle: { color: tone(s.tone), opacity: 0.16 } }, plain)
    ];
  }

  function oneOf(s, spec, size) {
    const colour = tone(s.tone);
    if (s.as === "band") { return bandOf(s, size); }
    if (s.as === "bar") {
      const from = spec.now ? spec.x.indexOf(spec.now) : spec.x.length;
      const data = s.values.map((v, i) => (i > from ? { value: v, itemStyle: { decal: HATCH } } : v));
      return [{ name: s.name, type: "bar", data, barMaxWidth: 22 * size, barCategoryGap: "25%", itemStyle: { color: colour }, z: 2 }];
    }
    const points = s.as === "points";
    return [{
      name: s.name, type: points ? "scatter" : "line", data: s.values, z: points ? 4 : 3, connectNulls: false,
      symbol: points ? "diamond" : "none", symbolSize: (points ? 9 : 5) * size,
      lineStyle: { color: colour, width: 2.2 * size, type: s.dash ? "dashed" : "solid" }, itemStyle: { color: colour }
    }];
  }

  function base(spec, size) {
    return {
      animation: false,
      textStyle: { fontFamily: FONT, color: INK, fontSize: 12 * size },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, textStyle: { fontSize: 12 * size, color: INK } }
    };
  }

  // a number on an axis, short: 30,000 and 400 million, 3 万 and 4 亿
  function short(v, spec) {
    if (spec.percent) { return Math.round(100 * v) + "%"; }
    const plain = Math.abs(v) < 10000;
    return v.toLocaleString(document.documentElement.lang, plain ? { maximumFractionDigits: 2 } : { notation: "compact", maximumFractionDigits: 1 });
  }

  function axisText(size) { return { color: SOFT, fontSize: 11 * size }; }

  function textWidth(text, size) { return Array.from(text).reduce((n, c) => n + (c > "\u2e80" ? 12 : 6.4), 0) * size; }

  function legendLines(names, width, size) {
    let lines = 1, used = 0;
    names.forEach((name) => {
      const needs = textWidth(name, size) + 34 * size;
      if (used && used + needs > width) { lines += 1; used = 0; }
      used += needs;
    });
    return lines;
  }

  function days(spec, size, width, height) {
    const option = base(spec, size);
    const shown = spec.series.map((s) => s.name);
    const series = spec.series.flatMap((s) => oneOf(s, spec, size));
    const lines = (spec.marks || []).map((m) => ({
      yAxis: m.value, lineStyle: { color: tone(m.tone || "bad"), type: "dotted", width: 1.6 * size },
      label: { formatter: m.name, position: "insideEndTop", color: INK, fontSize: 11 * size }
    }));
    if (spec.now) {
      lines.push({ xAxis: spec.now, lineStyle: { color: SOFT, type: "solid", width: 1 * size }, label: { formatter: spec.nowName || spec.now, color: SOFT, fontSize: 11 * size, distance: 2 } });
    }
    if (lines.length && series.length) {
      series[series.length - 1].markLine = { symbol: "none", silent: true, animation: false, data: lines };
    }
    const many = shown.length > 1;
    const key = (s) => {
      if (s.as === "band") { return { name: s.name, icon: "rect", itemStyle: { color: tone(s.tone), opacity: 0.3, borderColor: tone(s.tone), borderType: "dashed", borderWidth: 1 } }; }
      if (s.as === "line") { return { name: s.name, icon: s.dash ? "path://M0 4h8v3H0zM12 4h8v3h-8z" : "path://M0 4h20v3H0z", itemStyle: { color: tone(s.tone) } }; }
      return { name: s.name };
    };
    option.legend = { show: many, data: spec.series.map(key), top: 0, left: 0, itemWidth: 18 * size, itemHeight: 9 * size, itemGap: 10 * size, textStyle: { color: INK, fontSize: 11.5 * size } };
    // the legend takes as many lines as its words need; the name of `now` stands below it
    const rowsOfLegend = many ? legendLines(shown, width, size) : 0;
    const top = (rowsOfLegend ? 8 + 17 * rowsOfLegend : 6) + (spec.now ? 17 : many ? 6 : 14);
    option.grid = { left: 6, right: 12 * size, top: top * size, bottom: 4, containLabel: true };
    option.xAxis = { type: "category", data: spec.x, axisLabel: Object.assign(axisText(size), { formatter: (v) => v.slice(5), hideOverlap: true }), axisTick: { show: false }, axisLine: { lineStyle: { color: SOFT } } };
    option.yAxis = { type: "value", min: spec.min === undefined ? null : spec.min, max: spec.max === undefined ? null : spec.max, interval: spec.percent && spec.max === 1 ? (height < 120 * size ? 0.5 : 0.25) : undefined, splitNumber: height < 120 * size ? 2 : 3, name: spec.unit || "", nameTextStyle: { color: SOFT, fontSize: 11 * size, align: "left" }, nameGap: 8, axisLabel: Object.assign(axisText(size), { formatter: (v) => short(v, spec) }), splitLine: { lineStyle: { color: RULE } } };
    if (many) { option.yAxis.name = ""; }
    option.series = series;
    option.tooltip.formatter = (found) => {
      const i = found[0].dataIndex, rows = [spec.x[i]];
      spec.series.forEach((s) => {
        if (s.as === "band") {
          if (s.low[i] !== null && s.low[i] !== undefined) { rows.push(s.name + ": " + number(s.low[i], spec) + " – " + number(s.high[i], spec)); }
        } else if (s.values[i] !== null && s.values[i] !== undefined) { rows.push(s.name + ": " + number(s.values[i], spec)); }
      });
      return rows.join("\n");
    };
    return option;
  }

  // one, two or five times a power of ten
  function roundStep(v) {
    const ten = Math.pow(10, Math.floor(Math.log10(v)));
    return ten * [1, 2, 5, 10].find((k) => k * ten >= v);
  }

  function bars(spec, size, width, height) {
    const option = base(spec, size);
    // on a low box (a wall, a phone) the first rows only, and how many are left out
    const fit = Math.max(3, Math.floor((height - 30 * size) / (14 * size)));
    const left = spec.rows.length - fit;
    const rows = spec.rows.slice(0, left > 0 ? fit : undefined).reverse();
    const said = (r) => (r.text !== undefined ? r.text : number(r.value, spec)) + (r.note ? "  " + r.note : "");
    const long = Math.max(...rows.map((r) => 10 + textWidth(said(r), 1)), 0);
    let top = spec.max !== undefined ? spec.max : Math.max(...rows.map((r) => Math.max(r.value || 0, r.mark || 0)), 0) || 1;
    // what is below nought has its bar too, to the left of the line of nought
    let lowest = Math.min(...rows.map((r) => r.value || 0), 0);
    if (lowest < 0) {
      const step = roundStep((top - lowest) / 4);
      lowest = Math.floor(lowest / step) * step;
      top = Math.ceil(top / step) * step;
    }
    option.tooltip.trigger = "item";
    option.tooltip.formatter = (p) => {
      const r = rows[p.dataIndex];
      return [r.name, (r.text !== undefined ? r.text : number(r.value, spec)) + (spec.unit && !spec.percent ? " " + spec.unit : ""), r.mark === undefined || r.mark === null ? "" : (spec.markName || "") + " " + number(r.mark, spec), r.note || ""].filter(Boolean).join("\n");
    };
    option.grid = { left: 4, right: long * size, top: 4, bottom: left > 0 ? 18 * size : 4, containLabel: true };
    if (left > 0 && spec.more) { option.graphic = [{ type: "text", right: 4, bottom: 4, style: { text: spec.more.replace("%d", left), fill: SOFT, font: 11 * size + "px " + FONT } }]; }
    option.xAxis = { type: "value", min: lowest, max: top, interval: spec.percent && top === 1 ? 0.25 : undefined, splitNumber: 4, axisLabel: Object.assign(axisText(size), { show: left <= 0, formatter: (v) => short(v, spec), hideOverlap: true }), splitLine: { lineStyle: { color: RULE } } };
    option.yAxis = { type: "category", data: rows.map((r) => r.short || r.name), axisTick: { show: false }, axisLine: { show: false, onZero: false }, axisLabel: { color: INK, fontSize: 12 * size, interval: 0, width: Math.max(96 * size, 0.36 * width), overflow: "truncate" } };
    option.series = [
      { type: "bar", barMaxWidth: 16 * size, data: rows.map((r) => ({ value: r.value, itemStyle: { color: tone(r.tone || "two"), decal: r.tone === "bad" ? HATCH : null } })),
        markLine: lowest < 0 ? { symbol: "none", silent: true, animation: false, label: { show: false }, data: [{ xAxis: 0, lineStyle: { color: INK, type: "solid", width: 1.2 * size } }] } : undefined },
      // the numbers stand in a column of their own, where no stroke crosses them
      { type: "scatter", symbolSize: 0, silent: true, data: rows.map(() => top), z: 5, tooltip: { show: false },
        label: { show: true, position: "right", distance: 6 * size, color: INK, fontSize: 11.5 * size, formatter: (p) => said(rows[p.dataIndex]) } },
      { type: "scatter", symbol: "rect", symbolSize: [3 * size, 17 * size], itemStyle: { color: INK }, silent: true, data: rows.map((r) => (r.mark === undefined ? null : r.mark)), z: 4 }
    ];
    return option;
  }

  function cloud(spec, size) {
    const option = base(spec, size);
    option.tooltip.trigger = "item";
    option.tooltip.formatter = (p) => { const q = spec.points[p.dataIndex]; return [q.name, number(q.x, spec) + " " + (spec.unit_x || ""), number(q.y, spec) + " " + (spec.unit_y || ""), q.note || ""].filter(Boolean).join("\n"); };
    option.grid = { left: 28 * size, right: 24 * size, top: 24 * size, bottom: 26 * size, containLabel: true };
    const axis = (name) => ({ type: "value", scale: true, name, nameLocation: "middle", nameGap: name === spec.unit_x ? 26 * size : 42 * size, nameTextStyle: { color: SOFT, fontSize: 11.5 * size }, axisLabel: Object.assign(axisText(size), { formatter: (v) => short(v, spec), hideOverlap: true }), splitLine: { lineStyle: { color: RULE } } });
    option.xAxis = axis(spec.unit_x || ""); option.yAxis = axis(spec.unit_y || "");
    const STAR = "path://M10 0L13 7L20 7.6L14.7 12.3L16.2 20L10 16L3.8 20L5.3 12.3L0 7.6L7 7Z";
    option.series = [{
      type: "scatter",
      data: spec.points.map((p) => ({
        value: [p.x, p.y], symbol: p.shape === "star" ? STAR : p.shape || "circle", symbolSize: (p.shape === "star" ? 18 : p.shape === "diamond" ? 15 : 10) * size,
        z: p.short ? 5 : 2, itemStyle: p.hollow ? { color: "#fff", borderColor: tone(p.tone), borderWidth: 2 * size } : { color: tone(p.tone) }
      })),
      emphasis: { scale: 1.5, itemStyle: { borderColor: INK, borderWidth: 2.5 * size } },
      label: { show: true, position: "right", color: INK, fontSize: 11.5 * size, formatter: (p) => { const q = spec.points[p.dataIndex]; return q.short || (spec.points.length < 14 ? q.name : ""); } },
      labelLayout: { hideOverlap: true }
    }];
    return option;
  }

  // Points of a cloud by keyboard: a button over each, one of them in the order of the Tab key and the
  // arrow keys between them. Whoever listens for "point" tells what the plan behind it is.
  function reach(box, chart, spec) {
    const holder = document.createElement("div");
    holder.className = "reach";
    const tell = (i) => box.dispatchEvent(new CustomEvent("point", { bubbles: true, detail: { index: i } }));
    const order = spec.points.map((p, i) => i).sort((a, b) => spec.points[a].x - spec.points[b].x || a - b);
    const buttons = spec.points.map((p, i) => {
      const one = document.createElement("button"), at = chart.convertToPixel({ seriesIndex: 0 }, [p.x, p.y]);
      one.type = "button";
      one.tabIndex = i ? -1 : 0;
      one.setAttribute("aria-label", p.name + ": " + number(p.x, spec) + " " + (spec.unit_x || "") + ", " + number(p.y, spec) + " " + (spec.unit_y || ""));
      one.style.left = at[0] + "px";
      one.style.top = at[1] + "px";
      one.addEventListener("focus", () => {
        buttons.forEach((b) => { b.tabIndex = b === one ? 0 : -1; });
        chart.dispatchAction({ type: "highlight", seriesIndex: 0, dataIndex: i });
        chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: i });
        tell(i);
      });
      one.addEventListener("blur", () => {
        chart.dispatchAction({ type: "downplay", seriesIndex: 0, dataIndex: i });
        chart.dispatchAction({ type: "hideTip" });
      });
      one.addEventListener("keydown", (e) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
        const to = e.key === "Home" ? 0 : e.key === "End" ? order.length - 1 : step ? order.indexOf(i) + step : -1;
        if (to >= 0 && to < order.length && (step || e.key === "Home" || e.key === "End")) {
          e.preventDefault();
          buttons[order[to]].focus();
        }
      });
      return one;
    });
    holder.append(...buttons);
    box.append(holder);
    chart.on("mouseover", (p) => { if (p.dataIndex !== undefined) { tell(p.dataIndex); } });
    chart.on("click", (p) => { if (p.dataIndex !== undefined) { tell(p.dataIndex); } });
  }

  const KINDS = { days, bars, cloud };

  function drawOne(box) {
    const held = document.getElementById(box.dataset.spec);
    if (!held || !window.echarts || !box.clientWidth) { return; }
    const spec = JSON.parse(held.textContent);
    const before = window.echarts.getInstanceByDom(box);
    if (before) { before.dispose(); }
    const chart = window.echarts.init(box, null, { renderer: "svg" });
    chart.setOption(KINDS[spec.kind](spec, scale(box), box.clientWidth, box.clientHeight));
    if (spec.kind === "cloud") { reach(box, chart, spec); }
    box.classList.add("drawn");
  }

  function draw(root) { (root || document).querySelectorAll(".chart[data-spec]").forEach(drawOne); }

  window.officeCharts = { draw, TONES };
  document.addEventListener("DOMContentLoaded", () => {
    draw(document);
    let wait = 0;
    const again = () => { clearTimeout(wait); wait = setTimeout(() => draw(document), 120); };
    window.addEventListener("resize", again);
    document.addEventListener("toggle", (e) => { if (e.target.open) { draw(e.target); } }, true);
    // the sheet is laid out first (styles of `.printing`), so that charts are drawn to its width
    window.addEventListener("beforeprint", () => { document.body.classList.add("printing"); draw(document); });
    window.addEventListener("afterprint", () => { document.body.classList.remove("printing"); draw(document); });
  });
})();

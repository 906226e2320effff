"use strict";
// Paints the figures' numbers with uPlot over the drawings in the page, for
// hover and zoom. Whatever goes wrong here leaves the drawings as they are.
(() => {
  const source = document.getElementById("figures");
  if (!source || typeof uPlot !== "function") return;

  const three = x => (Math.abs(x) >= 100 ? String(Math.round(x)) : String(Number(x.toPrecision(3))));
  const two = n => String(n).padStart(2, "0");
  const clock = s => {
    const n = Math.round(s), h = Math.floor(n / 3600), m = Math.floor(n / 60) % 60;
    return h ? h + ":" + two(m) + ":" + two(n % 60) : m + ":" + two(n % 60);
  };
  const latency = s => {
    if (s >= 60) return Math.floor(s / 60) + "m" + (Math.round(s % 60) ? Math.round(s % 60) + "s" : "");
    if (s >= 1 || s <= 0) return three(s) + "s";
    return s >= 1e-3 ? three(s * 1e3) + "ms" : three(s * 1e6) + "µs";
  };
  const formats = {
    latency, clock, rate: three, count: x => Math.round(x).toLocaleString("en"),
    share: x => three(x * 100) + "%", ratio: x => three(x) + "×",
    percentile: x => "p" + Number((100 * (1 - 10 ** -x)).toPrecision(6)),
  };
  const format = (axis, x) => (x == null ? "–" : (formats[axis.unit] || three)(x));
  const tone = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#888";

  // Several series with their own x become columns over all x; an area and a
  // range take a second and third column for their bounds.
  const table = panel => {
    const tables = [], columns = [];
    for (const s of panel.series) {
      const column = values => tables.push([s.x, values.map(v => (v == null ? null : v))]);
      columns.push({ series: s, at: column(s.y) });
      if (s.lo) columns.push({ series: s, at: column(s.lo), bound: true });
      if (s.hi) columns.push({ series: s, at: column(s.hi), bound: true });
    }
    return { columns, data: uPlot.join(tables) };
  };

  const stroke = column => {
    const s = column.series, hidden = column.bound || s.kind === "ranges" || s.kind === "dots";
    const paths = s.kind === "area" || s.kind === "step" ? uPlot.paths.stepped({ align: 1 }) : undefined;
    return { label: s.name, stroke: tone(s.tone), width: hidden ? 0 : s.width || 1.5, dash: s.dash, paths, points: { show: false } };
  };

  const starts = { circle: 0, square: 0.25, triangle: 0.5, cross: 0.75 };

  // Where a series has its markers: everywhere if it is short or nothing but
  // markers, else some 70 pixels apart.
  const marked = (u, s, i) => {
    const places = [], ys = u.data[i], apart = s.kind === "line" && s.x.length > 16 ? 70 * devicePixelRatio : 0;
    // Shapes begin at different places, so that lines in one place show both.
    let next = apart ? u.bbox.left + starts[s.marker] * apart : -Infinity;
    for (let k = 0; k < ys.length; k++) {
      if (ys[k] == null) continue;
      const x = u.valToPos(u.data[0][k], "x", true);
      if (x < next) continue;
      places.push([x, u.valToPos(ys[k], "y", true)]);
      next = x + apart;
    }
    return places;
  };

  // The shapes of the still drawing, so that grey paper tells targets apart.
  const shapes = {
    circle: (c, r) => c.arc(0, 0, r, 0, 7),
    square: (c, r) => c.rect(-r, -r, 2 * r, 2 * r),
    triangle: (c, r) => { c.moveTo(0, -1.2 * r); c.lineTo(1.2 * r, r); c.lineTo(-1.2 * r, r); c.closePath(); },
    cross: (c, r) => { c.rect(-r, -r / 3, 2 * r, r / 1.5); c.rect(-r / 3, -r, r / 1.5, 2 * r); },
  };
  const marker = (ctx, s, [x, y]) => {
    ctx.save();
    ctx.translate(x, y);
    ctx.beginPath();
    (shapes[s.marker] || shapes.circle)(ctx, 3.6 * devicePixelRatio);
    ctx.fillStyle = tone(s.tone);
    ctx.strokeStyle = tone("paper");
    ctx.lineWidth = 2.4 * devicePixelRatio;
    ctx.stroke();
    ctx.fill();
    ctx.restore();
  };

  // The nearest point of a series to the cursor: each has its own x.
  const nearest = (u, i, at) => {
    const ys = u.data[i];
    for (let d = 0; d < ys.length; d++) {
      if (ys[at - d] != null) return at - d;
      if (ys[at + d] != null) return at + d;
    }
    return at;
  };

  const shade = (figure, panel) => u => {
    const { ctx } = u, { left, top, width, height } = u.bbox;
    const inside = x => Math.min(Math.max(x, left), left + width);
    ctx.save();
    const rows = [];
    for (const span of figure.spans || []) {
      if (span.to < u.scales.x.min || span.from > u.scales.x.max) continue;
      const a = inside(u.valToPos(span.from, "x", true)), b = inside(u.valToPos(span.to, "x", true));
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = tone(span.tone);
      ctx.fillRect(a, top, Math.max(b - a, 1), height);
      ctx.globalAlpha = 1;
      ctx.fillStyle = tone("faint");
      ctx.font = 11 * devicePixelRatio + "px sans-serif";
      if (panel !== figure.panels[0]) continue;
      // Each label goes into the first row where it does not touch another.
      let row = rows.findIndex(end => end < a);
      if (row < 0) row = rows.push(0) - 1;
      rows[row] = a + 10 + ctx.measureText(span.label).width;
      ctx.fillText(span.label, a + 4, top + 13 * (row + 1) * devicePixelRatio);
    }
    // The band around a rule that is too narrow a difference to matter.
    ctx.globalAlpha = 0.22;
    ctx.fillStyle = tone("shade");
    for (const rule of (panel.rules || []).filter(r => r.band && !r.vertical)) {
      const a = u.valToPos(rule.at * (1 + rule.band), "y", true), b = u.valToPos(rule.at / (1 + rule.band), "y", true);
      ctx.fillRect(left, a, width, b - a);
    }
    ctx.restore();
  };

  const overlay = (panel, columns) => u => {
    const { ctx } = u, { left, top, width, height } = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const line = (x0, y0, x1, y1) => { ctx.beginPath(); ctx.moveTo(x0, y0); ctx.lineTo(x1, y1); ctx.stroke(); };
    ctx.lineWidth = 2 * devicePixelRatio;
    for (const { series } of columns.filter(c => c.series.kind === "ranges" && !c.bound)) {
      ctx.strokeStyle = tone(series.tone);
      series.x.forEach((x, i) => {
        const at = u.valToPos(x, "x", true);
        line(at, u.valToPos(series.lo[i], "y", true), at, u.valToPos(series.hi[i], "y", true));
      });
    }
    columns.forEach((c, i) => {
      const s = c.series, wanted = s.marker || s.kind === "dots";
      if (wanted && !c.bound && u.series[i + 1].show) marked(u, s, i + 1).forEach(at => marker(ctx, s, at));
    });
    ctx.strokeStyle = tone("faint");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4, 4]);
    for (const rule of panel.rules || []) {
      const at = u.valToPos(rule.at, rule.vertical ? "x" : "y", true);
      if (rule.vertical) line(at, top, at, top + height); else line(left, at, left + width, at);
    }
    ctx.restore();
  };

  const nines = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, 0.999999].map(q => -Math.log10(1 - q));
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

  // Ticks of a log axis: 1, 2 and 5 of each decade, or its powers where there
  // are many; minutes above ten seconds.
  const logTicks = axis => (u, i, min, max) => {
    const ticks = [], many = max / min > 3000;
    if (max / min < 2.5) {
      const step = 10 ** Math.floor(Math.log10((max - min) / 4));
      const even = [1, 2, 5].map(m => m * step).find(m => (max - min) / m <= 8);
      for (let n = Math.ceil(min / even); n * even <= max; n++) ticks.push(n * even);
      return ticks;
    }
    for (let p = Math.floor(Math.log10(min)); p <= Math.log10(max); p++)
      for (const m of many ? [1] : max / min < 12 ? [1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5]) ticks.push(m * 10 ** p);
    const minutes = many ? [10, 60, 600] : [10, 30, 60, 120, 300, 600];
    const all = axis.unit === "latency" ? ticks.filter(t => t < 9.9).concat(minutes) : ticks;
    return all.filter(t => t >= min && t <= max);
  };

  const axes = (figure, panel, last) => {
    const look = { stroke: tone("faint"), grid: { stroke: tone("grid"), width: 1 }, ticks: { show: false }, font: "12px sans-serif" };
    const x = { ...look, values: (u, all) => all.map(v => format(figure.x, v)), size: last ? 46 : 26, label: last ? figure.x.label : undefined, labelSize: 18, labelFont: "12px sans-serif" };
    if (figure.x.scale === "tail") x.splits = (u, i, min, max) => nines.filter(n => n >= min && n <= max);
    if (figure.x.unit === "clock") x.incrs = steps;
    const y = { ...look, size: 64, values: (u, all) => all.map(v => (v == null ? "" : format(panel.y, v))) };
    if (panel.y.scale === "log") Object.assign(y, { splits: logTicks(panel.y), filter: (u, all) => all });
    return [x, y];
  };

  const scales = (figure, panel) => {
    const marks = (panel.rules || []).filter(r => !r.vertical).map(r => r.at);
    const y = panel.y.scale === "log"
      ? { distr: 3, range: (u, lo, hi) => [Math.min(lo || 0.1, ...marks) / 1.3, Math.max(hi || 1, ...marks) * 1.3] }
      : { range: (u, lo, hi) => [Math.min(lo || 0, 0), panel.y.max || Math.max((hi || 0) * 1.08, 1e-9)] };
    return { x: { time: false, range: (u, lo, hi) => (u.zoomed && lo != null ? [lo, hi] : [figure.x.min, figure.x.max]) }, y };
  };

  const plot = (figure, panel, host, last) => {
    const { columns, data } = table(panel);
    const bands = [];
    columns.forEach((c, i) => {
      if (c.series.kind === "area" && !c.bound) bands.push({ series: [i + 1, i + 2], fill: tone(c.series.tone) });
    });
    const size = () => ({ width: Math.max(host.clientWidth, 280), height: Math.round(panel.height * 1.15) + (last ? 60 : 40) });
    const u = new uPlot({
      ...size(), scales: scales(figure, panel), axes: axes(figure, panel, last), bands,
      series: [{ label: figure.x.unit === "clock" ? "at" : figure.x.unit, value: (u, v) => format(figure.x, v) },
        ...columns.map(c => ({ ...stroke(c), value: (u, v) => format(panel.y, v), class: c.bound ? "bound" : undefined }))],
      legend: { markers: { width: 2, stroke: (u, i) => tone(columns[i - 1].series.tone), dash: (u, i) => (columns[i - 1].series.dash ? "dashed" : "solid"), fill: "none" } },
      cursor: { sync: { key: figure.name }, drag: { x: true, y: false }, dataIdx: (u, i, at) => (i === 0 ? at : nearest(u, i, at)) },
      hooks: {
        drawClear: [shade(figure, panel)], draw: [overlay(panel, columns)],
        setSelect: [u => { u.zoomed = u.select.width > 0; }],
      },
    }, data, host);
    return { u, size, reset: () => { u.zoomed = false; u.setScale("x", { min: figure.x.min, max: figure.x.max }); } };
  };

  // Arrow keys move the cursor, Escape shows everything again.
  const keys = (host, charts) => host.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") charts.forEach(c => c.reset());
    if (!step) return;
    event.preventDefault();
    const u = charts[0].u, xs = u.data[0];
    const at = Math.min(Math.max((u.cursor.idx == null ? -1 : u.cursor.idx) + step, 0), xs.length - 1);
    u.setCursor({ left: u.valToPos(xs[at], "x"), top: 10 }, true, true);
  });

  const element = (tag, text, className) => {
    const e = document.createElement(tag);
    e.textContent = text;
    if (className) e.className = className;
    return e;
  };

  const enliven = figure => {
    const frame = document.getElementById("chart-" + figure.name);
    const live = element("div", "", "live");
    live.append(element("h3", figure.title), element("p", figure.subtitle || ""));
    frame.append(live);
    frame.classList.add("is-live");
    const charts = figure.panels.map((panel, i) => {
      const host = element("div", "");
      if (panel.title) live.append(element("h4", panel.title));
      live.append(host);
      const chart = plot(figure, panel, host, i === figure.panels.length - 1);
      host.addEventListener("dblclick", () => charts.forEach(c => c.reset()));
      return chart;
    });
    if (figure.note) live.append(element("p", figure.note));
    live.append(element("p", "Drag to zoom; double-click or Escape to see all; arrow keys move the cursor; click a name to hide it.", "hint"));
    live.tabIndex = 0;
    live.setAttribute("role", "group");
    live.setAttribute("aria-label", figure.title + ", interactive");
    keys(live, charts);
    let width = live.clientWidth;
    new ResizeObserver(() => {
      if (live.clientWidth === width) return;
      width = live.clientWidth;
      requestAnimationFrame(() => charts.forEach(c => c.u.setSize(c.size())));
    }).observe(live);
  };

  const all = () => {
    for (const figure of JSON.parse(source.textContent)) {
      const frame = document.getElementById("chart-" + figure.name);
      frame.querySelectorAll(".live").forEach(e => e.remove());
      try {
        enliven(figure);
      } catch (problem) {
        frame.classList.remove("is-live");
        console.error(problem);
      }
    }
  };
  all();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();

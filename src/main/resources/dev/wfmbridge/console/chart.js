// The last passes as two charts and, for who does not see them, as a table.
import texts from "./texts.js";
import { el, show } from "./dom.js";
import { at } from "./time.js";

// What needs no attention is thin, what does is thick; no line is told apart by its colour alone.
const LINES = [
  ["created", [], 2],
  ["skipped", [8, 4], 2],
  ["held", [2, 3], 3],
  ["dead-lettered", [12, 4, 2, 4], 3],
];

export class Passes {
  constructor(element) {
    this.element = element;
    this.drawn = null;
    this.charts = [];
    const redraw = () => this.drawn && this.draw(this.drawn);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    new ResizeObserver(() => {
      const width = this.width();
      if (width > 0 && this.charts.some((chart) => chart.width !== width)) {
        this.charts.forEach((chart) => chart.setSize({ width, height: chart.height }));
      }
    }).observe(element);
  }

  width() {
    return Math.floor(this.element.clientWidth);
  }

  set(passes) {
    if (passes !== this.drawn) {
      this.drawn = passes;
      this.draw(passes);
    }
  }

  draw(passes) {
    this.charts.forEach((chart) => chart.destroy());
    this.charts = [];
    if (passes.length === 0) {
      show(this.element, el("p", {}, texts.passesNone));
      return;
    }
    const bad = passes.filter((pass) => pass.exitCode !== 0).length;
    const longest = Math.max(...passes.map((pass) => pass.seconds ?? 0));
    const outcomes = el("div", { class: "chart", role: "img", "aria-label": texts.passesChart(passes.length, bad === 0 ? texts.worstNone : texts.worst(bad)) });
    const durations = el("div", { class: "chart", role: "img", "aria-label": texts.durationChart(passes.length, texts.seconds(Math.round(longest))) });
    const open = this.element.querySelector("details")?.open ?? false;
    this.element.replaceChildren(
      el("h4", {}, texts.outcomesHead),
      el("ul", { class: "legend" }, LINES.map(([name], i) => el("li", { class: `line-${i}` }, texts.outcomes[name]))),
      outcomes,
      el("h4", {}, texts.durationHead),
      durations,
      el("details", { open }, el("summary", {}, texts.asTable), table(passes)),
    );
    const width = this.width() || 600;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--console-text"), grid: { stroke: colour("--console-grid"), width: 1 }, ticks: { stroke: colour("--console-grid"), width: 1 } };
    const x = passes.map((_, i) => i);
    const labels = (_, places) => places.map((i) => (Number.isInteger(i) && passes[i] ? at(passes[i].finishedAt ?? passes[i].startedAt) : ""));
    const axes = [
      { ...axis, values: labels, space: 90, incrs: [1, 2, 4, 8, 12, 24, 48] },
      { ...axis, size: 60, values: (_, values) => values.map((value) => (Number.isInteger(value) ? texts.number(value) : value)) },
    ];
    const base = { width, height: 180, legend: { show: false }, cursor: { show: false }, select: { show: false }, scales: { x: { time: false, range: [-0.6, Math.max(passes.length - 0.4, 7.4)] }, y: { range: (_, least, most) => [0, Math.max(1, most * 1.15)] } }, axes };
    const points = passes.length < 40;
    this.charts.push(
      new uPlot(
        { ...base, series: [{}, ...LINES.map(([name, dash, thick], i) => ({ label: texts.outcomes[name], stroke: colour(`--console-line-${i}`), width: thick, dash, points: { show: points, size: 6 } }))] },
        [x, ...LINES.map(([name]) => passes.map((pass) => pass.outcomes[name] ?? 0))],
        outcomes,
      ),
      new uPlot(
        {
          ...base,
          height: 140,
          series: [{}, { label: texts.durationHead, stroke: colour("--console-line-0"), fill: colour("--console-fill"), paths: uPlot.paths.bars({ size: [0.7, 30] }), points: { show: false } }],
          hooks: {
            draw: [
              (chart) => {
                chart.ctx.save();
                chart.ctx.fillStyle = colour("--console-line-3");
                chart.ctx.font = `bold ${12 * devicePixelRatio}px sans-serif`;
                chart.ctx.textAlign = "center";
                passes.forEach((pass, i) => {
                  if (pass.exitCode !== 0) {
                    chart.ctx.fillText(String(pass.exitCode), chart.valToPos(i, "x", true), chart.valToPos(pass.seconds ?? 0, "y", true) - 4 * devicePixelRatio);
                  }
                });
                chart.ctx.restore();
              },
            ],
          },
        },
        [x, passes.map((pass) => pass.seconds ?? 0)],
        durations,
      ),
    );
  }
}

function table(passes) {
  const names = Object.keys(texts.outcomes);
  return el(
    "div",
    { class: "scroll", role: "region", "aria-label": texts.passesTable, tabindex: "0" },
    el(
      "table",
      {},
      el("caption", { class: "visually-hidden" }, texts.passesTable),
      el(
        "thead",
        {},
        el("tr", {}, Object.values(texts.passColumns).map((head) => el("th", { scope: "col" }, head)), names.map((name) => el("th", { scope: "col", class: "number" }, texts.outcomes[name]))),
      ),
      el(
        "tbody",
        {},
        [...passes].reverse().map((pass) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, at(pass.finishedAt ?? pass.startedAt)),
            el("td", {}, texts.triggers[pass.trigger] ?? String(pass.trigger)),
            el("td", {}, pass.seconds === null ? "" : texts.seconds(Math.round(pass.seconds * 10) / 10)),
            el("td", {}, String(pass.exitCode)),
            names.map((name) => el("td", { class: "number" }, texts.number(pass.outcomes[name] ?? 0))),
          ),
        ),
      ),
    ),
  );
}

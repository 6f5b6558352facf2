/** What runs in the page that `--html` writes: draws the charts. It imports nothing but types. */
import type { BarRow, Chart, Model, Row, Section } from "./model.ts";

type Child = Node | string;

const model = JSON.parse(document.getElementById("model")?.textContent ?? "") as Model;

const shown = new Set<string>(Object.keys(model.platforms));
/** The chart of each workload that is shown, by its place; the first that it has otherwise. */
const chosen = new Map<string, number>();

const content = make("main");
document.body.append(header(), content);
draw();

function header(): HTMLElement {
  const when = new Date(model.date).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
  const facts = [when, ...model.facts].map((fact) => make("span", {}, [fact]));
  const chips = Object.entries(model.platforms).map(([platform, title]) => {
    const box = make("input", { type: "checkbox", checked: true, value: platform });
    box.addEventListener("change", () => {
      if (box.checked) shown.add(platform);
      else shown.delete(platform);
      draw();
    });
    return make("label", { className: `chip ${platform}` }, [box, make("i", { className: "swatch" }), title]);
  });
  return make("header", {}, [
    make("h1", {}, ["omnisock ", make("span", {}, ["benchmark"])]),
    make("p", { className: "facts" }, facts),
    ...model.warnings.map((warning) => make("p", { className: "warning" }, [warning])),
    make("form", { className: "toolbar", ariaLabel: "Platforms" }, chips),
  ]);
}

function draw(): void {
  const bars = model.bars.filter(({ verdict, platform }) => verdict !== "not measured" && shown.has(platform));
  content.replaceChildren(
    ...(bars.length > 0 ? [barsSection(bars)] : []),
    ...model.sections.map(workloadSection),
    sizesSection(),
  );
}

function barsSection(bars: readonly BarRow[]): HTMLElement {
  const values = bars
    .flatMap(({ reached, byCpu }) => [reached, byCpu])
    .flatMap((one) => {
      return one === undefined ? [] : [one.median, one.low, one.high].filter(Number.isFinite);
    });
  const axis = axisOf([...values, 1], true);
  const counts = ["met", "missed", "not decided"].map((verdict) => {
    const count = bars.filter((bar) => bar.verdict === verdict).length;
    return make("span", { className: classOf(verdict) }, [make("b", {}, [String(count)]), ` ${verdict}`]);
  });
  return make("section", { id: "bars" }, [
    make("h2", {}, ["Asked and got"]),
    make("p", { className: "soft" }, [
      "How many times what was asked was reached: right of the line is better. Filled by the clock, hollow by CPU time; a line spans where the true median lies. A result that the noise does not support is not decided.",
    ]),
    make("p", { className: "counts" }, counts),
    make("div", { className: "chart" }, [...barLines(bars, axis), axisLine(axis, "times what was asked")]),
  ]);
}

/** Those that ask for the same stand together. */
function barLines(bars: readonly BarRow[], axis: Axis): HTMLElement[] {
  return bars.flatMap((bar, at) => {
    const line = barLine(bar, axis);
    return bars[at - 1]?.title === bar.title ? [line] : [make("h3", {}, [bar.title]), line];
  });
}

function barLine(bar: BarRow, axis: Axis): HTMLElement {
  const { reached, byCpu, verdict } = bar;
  const marks = [referenceMark(axis, 1)];
  if (byCpu !== undefined) {
    marks.push(rangeMark(axis, byCpu.low, byCpu.high, `thin ${classOf(byCpu.verdict)}`));
    marks.push(dotMark(axis, byCpu.median, `hollow ${classOf(byCpu.verdict)}`));
  }
  if (reached !== undefined) {
    marks.push(rangeMark(axis, reached.low, reached.high, classOf(verdict)));
    marks.push(dotMark(axis, reached.median, classOf(verdict)));
  }
  const cpu = byCpu === undefined ? "" : `; by CPU time ${byCpu.got}: ${byCpu.verdict}`;
  const told = `${bar.title}, ${model.platforms[bar.platform]}: asked ${bar.asked}, got ${bar.got}: ${verdict}${cpu}`;
  const line = make("div", { className: `line ${bar.platform}`, title: told }, [
    make("div", { className: "label" }, [
      make("i", { className: "swatch" }),
      model.platforms[bar.platform],
      make("small", {}, [` ${bar.asked}`]),
    ]),
    make("div", { className: "track" }, marks),
    make("div", { className: "figure" }, [bar.got, make("small", { className: classOf(verdict) }, [verdict])]),
  ]);
  return line;
}

function workloadSection(section: Section): HTMLElement {
  const at = Math.min(chosen.get(section.name) ?? 0, section.charts.length - 1);
  const chart = section.charts[at];
  const tabs = section.charts.map(({ name }, index) => {
    const button = make("button", { type: "button", className: "tab" }, [name]);
    button.ariaPressed = String(index === at);
    button.addEventListener("click", () => {
      chosen.set(section.name, index);
      element.replaceWith(workloadSection(section));
    });
    return button;
  });
  const element = make("section", { id: section.name }, [
    make("h2", {}, [make("a", { href: `#${section.name}` }, [section.name])]),
    make("p", { className: "soft" }, [section.title]),
    make("div", { className: "tabs" }, tabs),
    ...(chart === undefined ? [] : [chartOf(chart)]),
    ...section.notes.map((note) => make("p", { className: "warning" }, [note])),
  ]);
  return element;
}

function chartOf({ rows, unit, better, reference, name }: Chart): HTMLElement {
  const visible = rows.filter(({ platform }) => shown.has(platform));
  const values = visible.flatMap(({ rounds, lower, upper }) => [...rounds, lower, upper]);
  const axis = axisOf(reference === undefined ? values : [...values, reference], reference !== undefined);
  const lines = visible.map((row) => rowLine(row, axis, reference));
  const caption = `${unit}, ${better} is better${axis.isLog ? ", logarithmic" : ""}`;
  const figure = make("div", { className: "chart", ariaLabel: name }, [...lines, axisLine(axis, caption)]);
  return figure;
}

function rowLine({ label, platform, median, lower, upper, rounds }: Row, axis: Axis, reference?: number): HTMLElement {
  const title = `${model.platforms[platform]}: ${label}`;
  const marks = [
    ...(reference === undefined ? [] : [referenceMark(axis, reference)]),
    ...rounds.map((value) => mark(axis, value, "tick")),
    rangeMark(axis, lower, upper, ""),
    dotMark(axis, median, ""),
  ];
  return make("div", { className: `line ${platform}`, title: `${title}: ${spread(median, lower, upper)}` }, [
    make("div", { className: "label" }, [make("i", { className: "swatch" }), title]),
    make("div", { className: "track" }, marks),
    make("div", { className: "figure" }, [number(median), make("small", {}, [`${number(lower)}–${number(upper)}`])]),
  ]);
}

function sizesSection(): HTMLElement {
  const [head = [], ...rows] = model.sizes;
  const cells = (tag: "th" | "td", row: readonly string[]): HTMLElement =>
    make(
      "tr",
      {},
      row.map((cell) => make(tag, {}, [cell])),
    );
  return make("section", { id: "sizes" }, [
    make("h2", {}, ["Sizes"]),
    make("p", { className: "soft" }, ["Bytes of each package."]),
    make("div", { className: "scroll" }, [
      make("table", {}, [cells("th", head), ...rows.map((row) => cells("td", row))]),
    ]),
  ]);
}

interface Axis {
  readonly isLog: boolean;
  readonly ticks: readonly number[];
  /** Where a value stands, from 0 to 1. */
  at(value: number): number;
}

/** Logarithmic for ratios, and where the largest is more than ten times the smallest. */
function axisOf(values: readonly number[], isRatio: boolean): Axis {
  const known = values.filter((value) => Number.isFinite(value) && value > 0);
  const [least, most] = known.length === 0 ? [1, 1] : [Math.min(...known), Math.max(...known)];
  const isLog = isRatio || most / least > 10;
  const scale = isLog ? Math.log : (value: number): number => value;
  const margin = (scale(most) - scale(least)) * 0.04 || 0.1;
  const [from, to] = [isLog ? scale(least) - margin : 0, scale(most) + margin];
  const at = (value: number): number => Math.min(1, Math.max(0, (scale(value) - from) / (to - from)));
  const inside = (value: number): boolean => scale(value) >= from && scale(value) <= to;
  return { isLog, ticks: (isLog ? logTicks(least, most) : plainTicks(most)).filter(inside), at };
}

/** 1, 2 and 5 of each power of ten; over many powers those alone. */
function logTicks(least: number, most: number): number[] {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const steps = to - from > 3 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  return powers.flatMap((power) => steps.map((step) => step * power));
}

function plainTicks(most: number): number[] {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

function axisLine(axis: Axis, caption: string): HTMLElement {
  const labels = axis.ticks.map((tick) => {
    const label = mark(axis, tick, "at");
    label.textContent = number(tick);
    return label;
  });
  return make("div", { className: "line axis" }, [
    make("div", { className: "label soft" }, [caption]),
    make("div", { className: "track" }, labels),
    make("div", { className: "figure" }),
  ]);
}

function dotMark(axis: Axis, value: number, kind: string): HTMLElement {
  return mark(axis, value, `dot ${kind}`);
}

function referenceMark(axis: Axis, value: number): HTMLElement {
  return mark(axis, value, "reference");
}

function rangeMark(axis: Axis, low: number, high: number, kind: string): HTMLElement {
  // With too few rounds to say, none is drawn.
  const [from, to] = Number.isFinite(low - high) ? [axis.at(low), axis.at(high)] : [0, 0];
  const range = make("i", { className: `range ${kind}` });
  range.style.left = `${from * 100}%`;
  range.style.width = `${Math.max(0, to - from) * 100}%`;
  return range;
}

function mark(axis: Axis, value: number, kind: string): HTMLElement {
  const element = make("i", { className: kind });
  element.style.left = `${axis.at(value) * 100}%`;
  return element;
}

function spread(median: number, lower: number, upper: number): string {
  return `${number(median)} (${number(lower)}–${number(upper)})`;
}

function number(value: number): string {
  const isLarge = value >= 1e5;
  return new Intl.NumberFormat("en", {
    maximumSignificantDigits: 3,
    ...(isLarge && { notation: "compact" }),
  }).format(value);
}

function classOf(verdict: string): string {
  return verdict.replaceAll(" ", "-");
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** What runs in the page that `--html` writes: draws the matrix, filters it, opens a cell. It imports nothing. */
import type { CaseReport, ColumnReport, Outcome, Report, Result, TopicReport } from "./report.ts";

type Child = Node | string;

const OUTCOMES: readonly { outcome: Outcome; name: string }[] = [
  { outcome: "pass", name: "pass" },
  { outcome: "fail", name: "fail" },
  { outcome: "known-bug", name: "known bug" },
  { outcome: "unsupported", name: "unsupported" },
];

const report = JSON.parse(document.getElementById("report")?.textContent ?? "") as Report;
const { columns, topics } = report;
const lookups = columns.map(({ results }) => new Map(results.map((result) => [result.case, result])));

/** What is shown. */
const filter = { topic: "", text: "", outcomes: new Set<Outcome>(OUTCOMES.map(({ outcome }) => outcome)) };

const matrix = make("div", { className: "matrix", id: "matrix" });
const details = make("dialog", { id: "details" });
document.body.append(header(), bars(), toolbar(), matrix, details);
draw();
openFromAddress();
window.addEventListener("hashchange", openFromAddress);

function header(): HTMLElement {
  const { date, system, version, durationMs, missing } = report;
  const when = new Date(date).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
  const facts = [when, system, `suite ${version}`, `${(durationMs / 1000).toFixed(0)} s`];
  return make("header", {}, [
    make("h1", {}, ["omnisock ", make("span", {}, ["conformance"])]),
    make(
      "p",
      { className: "facts" },
      facts.map((fact) => make("span", {}, [fact])),
    ),
    ...missing.map(({ runtime, reason }) => make("p", { className: "warning" }, [`${runtime} is missing: ${reason}`])),
    ...columns.flatMap(({ title, problem }) =>
      problem === undefined ? [] : [make("p", { className: "warning" }, [`${title}: ${problem}`])],
    ),
  ]);
}

/** A bar for each column. */
function bars(): HTMLElement {
  return make(
    "section",
    { className: "bars", ariaLabel: "Columns" },
    columns.map((column) => {
      const counts = countsOf(column.results);
      const shown = OUTCOMES.filter(({ outcome }) => counts[outcome] > 0);
      const parts = shown.map(({ outcome }) => {
        const part = make("i", { className: outcome });
        part.style.flexGrow = String(counts[outcome]);
        return part;
      });
      const words = shown.map(({ outcome, name }) =>
        make("span", { className: outcome }, [make("b", {}, [String(counts[outcome])]), ` ${name}`]),
      );
      return make("article", {}, [
        make("h2", {}, [column.title]),
        make("p", { className: "version" }, [`${column.version} · ${(column.durationMs / 1000).toFixed(1)} s`]),
        make("div", { className: "bar" }, parts),
        make("p", { className: "counts" }, words),
      ]);
    }),
  );
}

function toolbar(): HTMLElement {
  const all = countsOf(columns.flatMap(({ results }) => results));
  const select = make("select", { id: "topic", ariaLabel: "Topic" }, [
    new Option("all topics", ""),
    ...topics.map(({ name }) => new Option(name, name)),
  ]);
  select.addEventListener("change", () => show({ topic: select.value }));
  const search = make("input", { id: "search", type: "search", placeholder: "find a case", ariaLabel: "Find a case" });
  search.addEventListener("input", () => show({ text: search.value.trim().toLowerCase() }));
  const chips = OUTCOMES.map(({ outcome, name }) => {
    const box = make("input", { type: "checkbox", checked: true, value: outcome });
    box.addEventListener("change", () => {
      if (box.checked) filter.outcomes.add(outcome);
      else filter.outcomes.delete(outcome);
      draw();
    });
    const chip = make("label", { className: "chip" }, [
      box,
      cellMark(outcome),
      `${name} `,
      make("b", {}, [String(all[outcome])]),
    ]);
    chip.dataset["outcome"] = outcome;
    return chip;
  });
  return make("form", { className: "toolbar", onsubmit: () => false }, [
    select,
    search,
    make("fieldset", { ariaLabel: "Results" }, chips),
  ]);
}

function show(change: Partial<typeof filter>): void {
  Object.assign(filter, change);
  const select = document.getElementById("topic") as HTMLSelectElement | null;
  if (select !== null) select.value = filter.topic;
  draw();
}

/** Topics down, with a small cell a case; one topic alone, or what was searched for, has a line a case. */
function draw(): void {
  const isByCase = filter.topic !== "" || filter.text !== "";
  const groups = topics.flatMap((topic) => {
    if (filter.topic !== "" && topic.name !== filter.topic) return [];
    const cases = topic.cases.filter(isShown);
    return cases.length === 0 ? [] : [isByCase ? caseRows(topic, cases) : [topicRow(topic, cases)]];
  });
  const head = make("div", { className: "row head" }, [
    make("div", { className: "name" }, [isByCase ? "case" : "topic"]),
    ...columns.map(columnHead),
  ]);
  matrix.style.setProperty("--columns", String(columns.length));
  matrix.classList.toggle("by-case", isByCase);
  const rows = groups.flat();
  matrix.replaceChildren(
    head,
    ...(rows.length > 0 ? rows : [make("p", { className: "nothing" }, ["No case is like that."])]),
  );
}

function columnHead({ adapter, title, version }: ColumnReport): HTMLElement {
  return make("div", { className: "column", title: `${title}, ${version}` }, [
    make("b", {}, [adapter]),
    make("span", {}, [`on ${version}`]),
  ]);
}

function isShown({ id, title, source }: CaseReport): boolean {
  if (![id, title, source].some((text) => text.toLowerCase().includes(filter.text))) return false;
  return lookups.some((lookup) => {
    const result = lookup.get(id);
    return result !== undefined && filter.outcomes.has(result.outcome);
  });
}

function topicRow({ name }: TopicReport, cases: readonly CaseReport[]): HTMLElement {
  const button = make("button", { type: "button", title: `Show the cases of ${name}` }, [
    name,
    make("small", {}, [String(cases.length)]),
  ]);
  button.addEventListener("click", () => {
    show({ topic: name });
    document.querySelector(".toolbar")?.scrollIntoView();
  });
  const cells = columns.map((_, at) =>
    make(
      "div",
      { className: "cells" },
      cases.map((one) => cell(one, at)),
    ),
  );
  return make("div", { className: "row" }, [make("div", { className: "name" }, [button]), ...cells]);
}

function caseRows({ name }: TopicReport, cases: readonly CaseReport[]): HTMLElement[] {
  const rows = cases.map((one) =>
    make("div", { className: "row" }, [
      make("div", { className: "name" }, [one.title, make("small", {}, [one.id])]),
      ...columns.map((_, at) => make("div", { className: "cells" }, [cell(one, at)])),
    ]),
  );
  return [make("h3", {}, [name]), ...rows];
}

/** A case in a column; what the filter hides leaves its place empty, so that columns stay comparable. */
function cell(one: CaseReport, at: number): HTMLElement {
  const result = lookups[at]?.get(one.id);
  if (result === undefined || !filter.outcomes.has(result.outcome)) return make("span", { className: "cell none" });
  const { outcome } = result;
  const button = make("button", { type: "button", className: `cell ${outcome}`, title: one.title });
  button.ariaLabel = `${columns[at]?.title}: ${one.title}: ${outcome}`;
  button.dataset["case"] = one.id;
  button.dataset["column"] = columns[at]?.id ?? "";
  button.addEventListener("click", () => open(one, at));
  return button;
}

function open(one: CaseReport, at: number): void {
  const column = columns[at];
  const result = lookups[at]?.get(one.id);
  if (column === undefined || result === undefined) return;
  const close = make("button", { type: "button", className: "close", ariaLabel: "Close" }, ["✕"]);
  close.addEventListener("click", () => details.close());
  const tabs = columns.map((other, index) => tab(other, index, one, index === at));
  details.replaceChildren(
    make("div", { className: "tabs" }, [...tabs, close]),
    make("p", { className: `outcome ${result.outcome}` }, [cellMark(result.outcome), nameOf(result.outcome)]),
    make("h2", { className: "sentence" }, [one.title]),
    facts(one, column, result),
    rerun(result.rerun),
  );
  history.replaceState(null, "", `#${encodeURIComponent(one.id)}@@${encodeURIComponent(column.id)}`);
  if (!details.open) details.showModal();
}

details.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
details.addEventListener("click", (event) => {
  if (event.target === details) details.close();
});

/** The same case in another column. */
function tab({ title }: ColumnReport, at: number, one: CaseReport, isOpen: boolean): HTMLElement {
  const outcome = lookups[at]?.get(one.id)?.outcome;
  const button = make("button", { type: "button", className: "tab", disabled: outcome === undefined }, [
    outcome === undefined ? "" : cellMark(outcome),
    title,
  ]);
  button.ariaPressed = String(isOpen);
  button.addEventListener("click", () => open(one, at));
  return button;
}

function facts(one: CaseReport, column: ColumnReport, result: Result): HTMLElement {
  const { ms, expected, seen, note, issue, runs } = result;
  const list = make("dl");
  const add = (term: string, value: Child | undefined): void => {
    if (value !== undefined) list.append(make("dt", {}, [term]), make("dd", {}, [value]));
  };
  add("expected", expected);
  add("seen", seen && make("pre", {}, [seen]));
  add("note", note);
  add("issue", issue && make("a", { href: issue, rel: "noreferrer" }, [issue]));
  add("source", one.source);
  add("column", `${column.title}, ${column.version}`);
  add("time", `${ms} ms`);
  add(
    "runs",
    runs &&
      Object.entries(runs)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(", "),
  );
  add("id", make("code", {}, [one.id]));
  return list;
}

/** How to run it alone. */
function rerun(command: string): HTMLElement {
  const copy = make("button", { type: "button" }, ["copy"]);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command);
    copy.textContent = "copied";
  });
  return make("div", { className: "rerun" }, [make("code", {}, [command]), copy]);
}

/** A link to a cell opens it. */
function openFromAddress(): void {
  const [id = "", columnId = ""] = location.hash.slice(1).split("@@").map(decodeURIComponent);
  const one = topics.flatMap(({ cases }) => cases).find((known) => known.id === id);
  const at = columns.findIndex((column) => column.id === columnId);
  if (one !== undefined && at >= 0) open(one, at);
}

function cellMark(outcome: Outcome): HTMLElement {
  return make("span", { className: `cell ${outcome}`, ariaHidden: "true" });
}

function nameOf(outcome: Outcome): string {
  return OUTCOMES.find((known) => known.outcome === outcome)?.name ?? outcome;
}

function countsOf(results: readonly Result[]): { [outcome in Outcome]: number } {
  const counts = { pass: 0, fail: 0, unsupported: 0, "known-bug": 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
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

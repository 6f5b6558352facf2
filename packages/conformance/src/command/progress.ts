/** How the columns get on: a table that is drawn over on a terminal, plain lines elsewhere. */
import process from "node:process";
import { type ColumnReport, count, type Result } from "../report/report.ts";
import type { Column } from "./columns.ts";
import type { Watcher } from "./run-column.ts";
import type { Paint } from "./style.ts";
import { countsText, failureLine } from "./text.ts";

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Progress extends Watcher {
  /** Draws it for the last time. */
  end(): void;
}

export function progressOn(terminal: Terminal, columns: readonly Column[], paint: Paint): Progress {
  // What has scrolled away cannot be drawn over.
  const isLive =
    terminal.isTTY === true && process.env["TERM"] !== "dumb" && (terminal.rows ?? 24) > columns.length + 2;
  return isLive ? new Table(terminal, columns, paint) : new Lines(terminal, paint);
}

class Lines implements Progress {
  readonly #terminal: Terminal;
  readonly #paint: Paint;

  constructor(terminal: Terminal, paint: Paint) {
    this.#terminal = terminal;
    this.#paint = paint;
  }

  ready({ title, runtime }: Column, cases: number): void {
    this.#terminal.write(`${title}: ${cases} cases on ${runtime.version}\n`);
  }

  begins(): void {}

  ran({ title }: Column, result: Result): void {
    if (result.outcome === "fail") this.#terminal.write(`${title}: ${failureLine(result, this.#paint)}\n`);
  }

  done({ title }: Column, { results, problem, durationMs }: ColumnReport): void {
    const end = problem === undefined ? `${(durationMs / 1000).toFixed(1)} s` : problem;
    this.#terminal.write(`${title}: ${countsText(count(results), this.#paint)} (${end})\n`);
  }

  end(): void {}
}

interface Row {
  readonly title: string;
  cases: number | undefined;
  state: string;
  readonly results: Result[];
}

/** How often the table is drawn at most, in milliseconds. */
const INTERVAL = 100;
const BAR = 20;

class Table implements Progress {
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #titleWidth: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #isDrawn = false;

  constructor(terminal: Terminal, columns: readonly Column[], paint: Paint) {
    this.#terminal = terminal;
    this.#paint = paint;
    this.#rows = new Map(
      columns.map(({ id, title }) => [id, { title, cases: undefined, state: "waits", results: [] }]),
    );
    this.#titleWidth = Math.max(...columns.map(({ title }) => title.length));
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), INTERVAL);
  }

  ready({ id }: Column, cases: number): void {
    this.#row(id).cases = cases;
  }

  begins({ id }: Column, state: string): void {
    this.#row(id).state = state;
  }

  ran({ id }: Column, result: Result): void {
    this.#row(id).results.push(result);
  }

  done({ id }: Column, { problem, durationMs }: ColumnReport): void {
    this.#row(id).state = problem?.split("\n", 1)[0] ?? `done in ${(durationMs / 1000).toFixed(1)} s`;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#draw();
  }

  #row(id: string): Row {
    return this.#rows.get(id) as Row;
  }

  #draw(): void {
    const up = this.#isDrawn ? `\x1b[${this.#rows.size}A` : "";
    this.#isDrawn = true;
    const lines = [...this.#rows.values()].map((row) => `\x1b[2K${this.#line(row)}\n`);
    this.#terminal.write(up + lines.join(""));
  }

  /** A line must not wrap: what does not fit is cut from its plain end. */
  #line({ title, cases, state, results }: Row): string {
    const counts = count(results);
    const done = cases === undefined || cases === 0 ? 0 : Math.floor((results.length / cases) * BAR);
    const bar = "█".repeat(done) + "░".repeat(BAR - done);
    const colour = counts.fail > 0 ? "red" : "green";
    const fixed = this.#titleWidth + BAR + 40;
    const room = Math.max(0, (this.#terminal.columns ?? 80) - fixed);
    const number = `${results.length}/${cases ?? "?"}`.padStart(9);
    const failed = counts.fail === 0 ? "" : `${counts.fail} failed`;
    return [
      title.padEnd(this.#titleWidth),
      this.#paint(colour, bar),
      number,
      this.#paint("red", failed.padEnd(12)),
      this.#paint("dim", state.slice(0, room)),
    ].join("  ");
  }
}

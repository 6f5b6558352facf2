/** One column: its cases one after another in a worker, and a new worker where one was lost. */
import { knownBugOf } from "../known-bugs.ts";
import type { CaseReport, ColumnReport, Outcome, Result, TopicReport } from "../report/report.ts";
import { OUTCOMES } from "../report/report.ts";
import type { Column } from "./columns.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Ran, Ready } from "./protocol.ts";
import { rerunCommand } from "./rerun.ts";
import { WorkerProcess } from "./worker-process.ts";

/** Longest time a runtime may take to load the suite and an adapter, in milliseconds. */
const START_LIMIT = 60_000;
/** What a worker may take beyond a case's own limit, in milliseconds: then its event loop spins, and it is ended. */
const GRACE = 3000;

export interface RunOptions {
  readonly grep: RegExp | undefined;
  readonly repeat: number;
  readonly limit: number | undefined;
  /** Stops the run: the worker is ended. */
  readonly signal: AbortSignal;
}

/** Who is told how a column gets on. */
export interface Watcher {
  ready(column: Column, cases: number): void;
  begins(column: Column, id: string): void;
  ran(column: Column, result: Result): void;
  done(column: Column, report: ColumnReport): void;
}

/** A column could not be run to its end. */
class Problem extends Error {}

/** Runs the cases that match. Never rejects: what goes wrong with the runtime is a result, or the column's `problem`. */
export async function runColumn(
  column: Column,
  options: RunOptions,
  watcher: Watcher,
): Promise<{ report: ColumnReport; topics: readonly TopicReport[] }> {
  const began = performance.now();
  const results: Result[] = [];
  const workers = new Workers(column, options.signal);
  let ready: Ready | undefined;
  let problem: string | undefined;
  try {
    ready = await workers.ready();
    const cases = ready.topics.flatMap((topic) => topic.cases.filter((one) => matches(options.grep, topic, one)));
    watcher.ready(column, cases.length);
    for (const one of cases) {
      watcher.begins(column, one.id);
      const result = await runRepeatedly(one, column, workers, options);
      results.push(result);
      watcher.ran(column, result);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem = options.signal.aborted ? "stopped before its end" : error.message;
  } finally {
    await workers.end();
  }
  const report: ColumnReport = {
    id: column.id,
    title: column.title,
    adapter: column.adapter,
    runtime: column.runtime.name,
    version: column.runtime.version,
    supports: ready?.supports ?? [],
    options: ready?.options ?? {},
    ...(problem === undefined ? {} : { problem }),
    durationMs: Math.round(performance.now() - began),
    results,
  };
  watcher.done(column, report);
  return { report, topics: ready?.topics ?? [] };
}

/** Whether `--grep` chooses a case. */
export function matches(
  grep: RegExp | undefined,
  topic: { readonly name: string },
  { id, title }: CaseReport,
): boolean {
  return grep === undefined || [id, title, topic.name].some((text) => grep.test(text));
}

/** The worst of so many runs, and how many ended in which way. */
async function runRepeatedly(
  one: CaseReport,
  column: Column,
  workers: Workers,
  { repeat, limit }: RunOptions,
): Promise<Result> {
  const all: Verdict[] = [];
  const shortest = limit ?? knownBugOf(one.id, column.id)?.limit;
  for (let round = 0; round < repeat; round++) all.push(judge(await workers.run(one, shortest), column.id));
  const worst = OUTCOMES.map((outcome) => all.find((verdict) => verdict.outcome === outcome)).find(
    (verdict) => verdict,
  ) as Verdict;
  const runs: { [outcome in Outcome]?: number } = {};
  for (const { outcome } of all) runs[outcome] = (runs[outcome] ?? 0) + 1;
  return { case: one.id, ...worst, rerun: rerunCommand(column, one.id), ...(repeat === 1 ? {} : { runs }) };
}

/** The workers of a column, one at a time. */
class Workers {
  readonly #column: Column;
  readonly #signal: AbortSignal;
  #worker: WorkerProcess | undefined;
  #limits: Ready["limits"] = {};
  #last: string | undefined;

  constructor(column: Column, signal: AbortSignal) {
    this.#column = column;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#worker?.killNow());
  }

  /** Starts a worker. @throws {Problem} It does not get ready. */
  async ready(): Promise<Ready> {
    this.#stopIfAborted();
    const worker = new WorkerProcess(this.#column.command);
    this.#worker = worker;
    this.#last = undefined;
    const message = await worker.next(START_LIMIT);
    if (message.type === "ready") {
      this.#limits = message.limits;
      return message;
    }
    await this.end();
    if (message.type === "unusable") throw new Problem(`the adapter does not load: ${message.reason}`);
    if (message.type === "ended") throw new Problem(`the runtime ended at the start: ${message.how}${tail(worker)}`);
    throw new Problem(`the runtime was not ready within ${START_LIMIT} ms`);
  }

  /** @throws {Problem} The run was stopped, or no worker can be started any more. */
  async run({ id, title }: CaseReport, limit: number | undefined): Promise<Ran> {
    if (this.#worker === undefined) await this.ready();
    const worker = this.#worker as WorkerProcess;
    const longest = (limit ?? this.#limits[id] ?? 0) + GRACE;
    const began = performance.now();
    worker.request({ run: id, limit });
    const message = await worker.next(longest);
    this.#stopIfAborted();
    const before = this.#last;
    this.#last = id;
    if (message.type === "ran") {
      if (message.isSpoilt) await this.end();
      return message;
    }
    await this.end();
    const after = before === undefined ? "" : `, after ${before}`;
    const seen =
      message.type === "ended"
        ? `the runtime ended: ${message.how}${after}${tail(worker)}`
        : `the runtime did not answer within ${longest} ms, and was ended${tail(worker)}`;
    return { type: "ran", id, outcome: "fail", ms: Math.round(performance.now() - began), expected: title, seen };
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.kill();
  }

  #stopIfAborted(): void {
    if (this.#signal.aborted) throw new Problem("stopped");
  }
}

/** What a worker printed last. */
function tail({ noise }: WorkerProcess): string {
  const lines = noise.trim().split("\n").slice(-8).join("\n");
  return lines === "" ? "" : `; it printed:\n${lines}`;
}

/** Runs a program in every pairing of the runtimes, and fills in its table. */
import type { Runtime } from "./runtimes.ts";
import { type Column, openTable, type Screen } from "./table.ts";

/** A server and a client to be paired; each program has a table of its own. */
export interface Program {
  /** What it is, and what goes to and fro. */
  readonly title: string;
  /** Of the results, which follow those of the pairing itself. */
  readonly columns: readonly Column[];
  /** Runs the server on one runtime and the client on another. Never rejects, and leaves no process behind. */
  pair(server: Runtime, client: Runtime, job: Job): Promise<Outcome>;
}

export interface Job {
  /** Ends the pairing at once. */
  readonly signal: AbortSignal;
  /** To be told now and then what the results are so far. */
  progress(cells: readonly string[]): void;
}

export interface Outcome {
  /** The results. */
  readonly cells: readonly string[];
  /** What went wrong; undefined when nothing did. */
  readonly failure: string | undefined;
}

interface Failure {
  readonly pairing: string;
  readonly text: string;
}

interface Summary {
  readonly ok: number;
  readonly total: number;
  readonly failures: readonly Failure[];
}

const PAIRING_COLUMNS: readonly Column[] = [
  { title: "server", width: 6, align: "left" },
  { title: "client", width: 6, align: "left" },
  { title: "state", width: 7, align: "left" },
];

/** The columns of a program's table. */
export function columnsOf(program: Program): Column[] {
  return [...PAIRING_COLUMNS, ...program.columns];
}

/** How often a row that runs is redrawn, in milliseconds. */
const PROGRESS_INTERVAL = 100;

interface RunOptions {
  readonly screen: Screen;
  /** Longest time for one pairing, in milliseconds. */
  readonly timeout: number;
  /** Stops the pairing that runs, and those that would follow. */
  readonly interrupted: AbortSignal;
}

/** Runs the pairings one after the other, so that each has the machine to itself. */
export async function runPairings(
  program: Program,
  runtimes: readonly Runtime[],
  { screen, timeout, interrupted }: RunOptions,
): Promise<Summary> {
  const pairings = runtimes.flatMap((server) => runtimes.map((client) => ({ server, client })));
  const table = openTable(
    screen,
    columnsOf(program),
    pairings.map(({ server, client }) => [server.name, client.name, "waiting"]),
  );
  const failures: Failure[] = [];
  let ok = 0;

  for (const [row, { server, client }] of pairings.entries()) {
    if (interrupted.aborted) break;
    let shown = Number.NEGATIVE_INFINITY;
    const progress = (cells: readonly string[]) => {
      if (performance.now() - shown < PROGRESS_INTERVAL) return;
      shown = performance.now();
      table.set(row, [server.name, client.name, "running", ...cells], false);
    };
    progress([]);

    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new Error(`no end after ${timeout} ms`)), timeout);
    const signal = AbortSignal.any([interrupted, deadline.signal]);
    const outcome = await program.pair(server, client, { signal, progress });
    clearTimeout(timer);

    const state = stateOf(outcome, interrupted);
    table.set(row, [server.name, client.name, state, ...outcome.cells], true);
    if (state === "ok") ok += 1;
    if (state === "failed") {
      failures.push({ pairing: `${server.name} server, ${client.name} client`, text: outcome.failure ?? "" });
    }
  }
  return { ok, total: pairings.length, failures };
}

function stateOf({ failure }: Outcome, interrupted: AbortSignal): "ok" | "failed" | "stopped" {
  if (failure === undefined) return "ok";
  return interrupted.aborted ? "stopped" : "failed";
}

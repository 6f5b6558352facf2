/** Runs a program in every pairing of the runtimes, and fills in its table. */
import type { Runtime } from "./runtimes.ts";
import { type Column, openTable, type Screen } from "./table.ts";

/** A server and a client to be paired; each program has a table of its own. */
export interface Program {
  readonly title: string;
  /** Runs the server on one runtime and the client on another. Never rejects, and leaves no process behind. */
  pair(server: Runtime, client: Runtime, job: Job): Promise<Outcome>;
}

export interface Job {
  /** Ends the pairing at once. */
  readonly signal: AbortSignal;
  /** To be told now and then how many bytes have come back. */
  progress(byteLength: number): void;
}

export interface Outcome {
  /** Bytes that came back. */
  readonly byteLength: number;
  readonly milliseconds: number;
  /** Whether what came back is what was sent; undefined when it did not get that far. */
  readonly same: boolean | undefined;
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

export const COLUMNS: readonly Column[] = [
  { title: "server", width: 6, align: "left" },
  { title: "client", width: 6, align: "left" },
  { title: "state", width: 7, align: "left" },
  { title: "bytes", width: 13, align: "right" },
  { title: "seconds", width: 7, align: "right" },
  { title: "MB/s", width: 6, align: "right" },
  { title: "sha256", width: 7, align: "left" },
];

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
    COLUMNS,
    pairings.map(({ server, client }) => [server.name, client.name, "waiting"]),
  );
  const failures: Failure[] = [];
  let ok = 0;

  for (const [row, { server, client }] of pairings.entries()) {
    if (interrupted.aborted) break;
    let shown = Number.NEGATIVE_INFINITY;
    const progress = (byteLength: number) => {
      if (performance.now() - shown < PROGRESS_INTERVAL) return;
      shown = performance.now();
      table.set(row, [server.name, client.name, "running", bytesOf(byteLength)], false);
    };
    progress(0);

    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new Error(`no end after ${timeout} ms`)), timeout);
    const signal = AbortSignal.any([interrupted, deadline.signal]);
    const outcome = await program.pair(server, client, { signal, progress });
    clearTimeout(timer);

    const state = stateOf(outcome, interrupted);
    table.set(row, [server.name, client.name, state, ...resultsOf(outcome)], true);
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

function resultsOf({ byteLength, milliseconds, same }: Outcome): string[] {
  const verdict = same === undefined ? "" : same ? "same" : "differs";
  const megabytesPerSecond = byteLength / milliseconds / 1000;
  return [bytesOf(byteLength), (milliseconds / 1000).toFixed(2), megabytesPerSecond.toFixed(0), verdict];
}

function bytesOf(byteLength: number): string {
  return byteLength.toLocaleString("en");
}

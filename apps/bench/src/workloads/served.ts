/** Workloads whose contenders are servers that the load generator drives. */
import type { Contender } from "../contender.ts";
import { type Bench, type LoadResult, type LoadSettings, load, startServer } from "../machine/bench.ts";
import type { Figure, Round, Sample, Session, Workload } from "../workload.ts";

/** How long a load runs before it is measured, as a share of the time measured. */
const SETTLE = 0.1;

export interface Served {
  readonly name: string;
  readonly title: string;
  readonly figure: Figure;
  readonly contenders: readonly Contender[];
  /** How the load generator drives it. */
  readonly mode: string;
  readonly settings: LoadSettings;
  /** The figure, from what the load generator saw. Default: operations a second. */
  readonly value?: (result: LoadResult) => number;
}

export function served({ mode, settings, value = operationsPerSecond, ...about }: Served): Workload {
  return { ...about, open: (contender, bench) => openServer(contender, bench, mode, settings, value) };
}

async function openServer(
  contender: Contender,
  bench: Bench,
  mode: string,
  settings: LoadSettings,
  value: (result: LoadResult) => number,
): Promise<Session> {
  const { child, port, pid } = await startServer(contender, bench);
  return {
    async run({ seconds, isWarmUp }: Round): Promise<Sample> {
      const timed = { seconds, settle: seconds * SETTLE, verify: Number(isWarmUp) };
      const result = await load(mode, { port, pid, ...settings, ...contender.settings, ...timed }, bench);
      return { ...sampleOf(result), value: value(result) };
    },
    close: () => child.kill(),
  };
}

function sampleOf({ operations, seconds, serverCpu, loadCpu, p50, p99 }: LoadResult): Omit<Sample, "value"> {
  return {
    cpu: serverCpu === null ? undefined : (serverCpu * 1e6) / operations,
    busy: serverCpu === null ? undefined : serverCpu / seconds,
    loadBusy: loadCpu === null ? undefined : loadCpu / seconds,
    p50: p50 ?? undefined,
    p99: p99 ?? undefined,
  };
}

function operationsPerSecond({ operations, seconds }: LoadResult): number {
  return operations / seconds;
}

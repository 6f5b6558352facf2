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
  readonly needsC?: boolean;
  /** How the load generator drives it. */
  readonly mode: string;
  readonly settings: LoadSettings;
  /** What is counted of what the load generator saw. Default: its operations. */
  readonly operations?: (result: LoadResult) => number;
  /** What the figure is of a sample. Default: the operations a second. */
  readonly value?: (sample: Sample) => number;
}

export function served({ mode, settings, operations = operationsOf, value = perSecond, ...about }: Served): Workload {
  const sample = (result: LoadResult): Sample => {
    const plain = sampleOf(result, operations(result));
    return { ...plain, value: value(plain) };
  };
  return { ...about, open: (contender, bench) => openServer(contender, bench, mode, settings, sample) };
}

async function openServer(
  contender: Contender,
  bench: Bench,
  mode: string,
  settings: LoadSettings,
  sample: (result: LoadResult) => Sample,
): Promise<Session> {
  const { child, port, pid } = await startServer(contender, bench);
  return {
    async run({ seconds, isChecked }: Round): Promise<Sample> {
      const timed = { seconds, settle: seconds * SETTLE, verify: Number(isChecked) };
      return sample(await load(mode, { port, pid, ...settings, ...contender.settings, ...timed }, bench));
    },
    close: () => child.kill(),
  };
}

function sampleOf({ seconds, serverCpu, loadCpu, p50, p99 }: LoadResult, operations: number): Sample {
  return {
    value: operations / seconds,
    cpu: serverCpu === null ? undefined : (serverCpu * 1e6) / operations,
    busy: serverCpu === null ? undefined : serverCpu / seconds,
    loadBusy: loadCpu === null ? undefined : loadCpu / seconds,
    p50: p50 ?? undefined,
    p99: p99 ?? undefined,
  };
}

function operationsOf({ operations }: LoadResult): number {
  return operations;
}

function perSecond({ value }: Sample): number {
  return value;
}

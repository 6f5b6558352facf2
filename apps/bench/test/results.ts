/** Results as a run would leave them, for tests of what is made from them. */
import type { Platform } from "../src/contender.ts";
import type { ContenderResult, Result, WorkloadResult } from "../src/run/result.ts";
import type { Sample } from "../src/workload.ts";

export function contenderResult(id: string, samples: readonly Sample[]): ContenderResult {
  const [platform = "", way = ""] = id.split(".");
  return { id, platform: platform as Platform, title: way, samples };
}

/** A contender with the same sample in each of five rounds. */
export function steady(id: string, value: number, cpu: number): ContenderResult {
  return contenderResult(
    id,
    Array.from({ length: 5 }, () => ({ value, cpu })),
  );
}

export function workloadResult(
  contenders: readonly ContenderResult[],
  better: "more" | "less" = "more",
  name = "echo-64x64",
): WorkloadResult {
  return { name, title: "Messages come back.", figure: { unit: "messages/s", better }, contenders, repeated: 0 };
}

export function resultOf(workloads: readonly WorkloadResult[], more: Partial<Result> = {}): Result {
  return {
    date: "2026-01-02T03:04:05.000Z",
    machine: {
      processor: "A processor",
      cores: 2,
      memoryBytes: 2 ** 34,
      system: "Linux 6.1 x64",
      pinned: { server: 1, load: 0 },
      isAwake: true,
      governor: null,
      loadAverage: 0.25,
      loadGenerator: "C",
      versions: { node: "26.1.0", bun: "1.4.0" },
    },
    rounds: 5,
    seconds: 0.5,
    warnings: [],
    workloads,
    bars: [],
    sizes: [{ name: "@omnisock/core", code: 1000, compressed: 300, published: 5000, needs: [] }],
    ...more,
  };
}

import { describe, expect, test } from "vitest";
import { type Bar, barsOf } from "../src/bars/bar.ts";
import { allBars } from "../src/bars/bars.ts";
import { judge, verdictOf } from "../src/bars/verdict.ts";
import { workloadsOf } from "../src/workloads/index.ts";
import { contenderResult, steady, workloadResult } from "./results.ts";

const bar: Bar = {
  issue: 7,
  title: "echo",
  isHeadline: false,
  platform: "node",
  workload: "echo-64x64",
  figure: "value",
  of: ["node.omnisock"],
  beside: ["node.native"],
  ask: { atLeast: 1.05 },
};

describe("verdictOf()", () => {
  test.each([
    [1.1, 1.2, "met"],
    [1.05, 1.2, "met"],
    [0.9, 1.04, "missed"],
    [1, 1.2, "not decided"],
    [Number.NaN, Number.NaN, "not decided"],
  ] as const)("between %d and %d, at least 1.05 is %s", (low, high, verdict) => {
    expect(verdictOf({ low, high }, { atLeast: 1.05 })).toBe(verdict);
  });

  test.each([
    [0.3, 0.5, "met"],
    [0.51, 0.6, "missed"],
    [0.3, 0.6, "not decided"],
  ] as const)("between %d and %d, at most 0.5 is %s", (low, high, verdict) => {
    expect(verdictOf({ low, high }, { atMost: 0.5 })).toBe(verdict);
  });
});

describe("judge()", () => {
  test("tells by the clock and by CPU time", () => {
    const workload = workloadResult([steady("node.omnisock", 12, 5), steady("node.native", 10, 5)]);
    const judged = judge(bar, [workload]);
    expect(judged).toMatchObject({ verdict: "met", byCpu: { verdict: "missed" } });
    expect(judged.got?.median).toBeCloseTo(1.2);
  });

  test("does not decide on noise", () => {
    const values = [8, 9, 11, 12, 13].map((value) => ({ value }));
    const noisy = workloadResult([contenderResult("node.omnisock", values), steady("node.native", 10, 1)]);
    expect(judge(bar, [noisy]).verdict).toBe("not decided");
  });

  test("does not decide on fewer than five rounds", () => {
    const few = workloadResult([
      contenderResult("node.omnisock", [{ value: 20 }, { value: 20 }]),
      contenderResult("node.native", [{ value: 10 }, { value: 10 }]),
    ]);
    expect(judge(bar, [few]).verdict).toBe("not decided");
  });

  test("what did not run is not measured", () => {
    const verdict = (workloads: Parameters<typeof judge>[1]): string => judge(bar, workloads).verdict;
    expect(verdict([])).toBe("not measured");
    expect(verdict([workloadResult([steady("node.omnisock", 1, 1)])])).toBe("not measured");
    expect(verdict([workloadResult([steady("node.omnisock", 1, 1), contenderResult("node.native", [])])])).toBe(
      "not measured",
    );
  });

  test("of several the best counts, on both sides", () => {
    const several: Bar = {
      ...bar,
      of: ["node.many", "node.each"],
      beside: ["node.bl", "node.other"],
      ask: { atLeast: 2 },
    };
    const workload = workloadResult([
      steady("node.many", 10, 1),
      steady("node.each", 30, 1),
      steady("node.bl", 10, 1),
      steady("node.other", 15, 1),
    ]);
    expect(judge(several, [workload]).got?.median).toBe(2);
  });

  test("a figure by itself, and a ratio that is to be small", () => {
    const memory = workloadResult([steady("node.posix", 2500, 1), steady("node.native", 2000, 1)], "less", "idle");
    const alone: Bar = { ...bar, workload: "idle", of: ["node.posix"], beside: [], ask: { atMost: 3000 } };
    expect(judge(alone, [memory])).toMatchObject({ verdict: "met", got: { median: 2500 } });
    const ratio: Bar = { ...alone, beside: ["node.native"], ask: { atMost: 1.1 } };
    expect(judge(ratio, [memory])).toMatchObject({ verdict: "missed", got: { median: 1.25 } });
  });
});

describe("the bars", () => {
  const most = 10_000;
  const workloads = new Map(workloadsOf(most).map((workload) => [workload.name, workload]));

  test("barsOf() makes one for each runtime that something is asked of", () => {
    const row = { issue: 7, title: "echo", workload: "echo-64x64", of: "omnisock", beside: "c.epoll" };
    const bars = barsOf({ ...row, atLeast: { node: 1, deno: 2 } });
    expect(bars.map(({ of, beside, ask }) => [of, beside, ask])).toEqual([
      [["node.omnisock"], ["c.epoll"], { atLeast: 1 }],
      [["deno.omnisock"], ["c.epoll"], { atLeast: 2 }],
    ]);
  });

  test.each(allBars(most))("$title, on $platform, is about a workload and contenders that there are", (asked) => {
    const ids = workloads.get(asked.workload)?.contenders.map(({ id }) => id);
    expect(ids).toBeDefined();
    for (const id of [...asked.of, ...asked.beside]) expect(ids).toContain(id);
  });
});

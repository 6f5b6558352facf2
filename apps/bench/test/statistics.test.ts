import { describe, expect, test } from "vitest";
import { advantage } from "../src/statistics/figures.ts";
import { quantileOf, quartiles } from "../src/statistics/quartiles.ts";
import { ratioOf, spreadOf } from "../src/statistics/ratio.ts";
import { contenderResult, workloadResult } from "./results.ts";

describe("quartiles()", () => {
  test("are of values in any order, and interpolate", () => {
    expect(quartiles([4, 1, 3, 2, 5])).toEqual({ lower: 2, median: 3, upper: 4 });
    expect(quartiles([1, 2])).toEqual({ lower: 1.25, median: 1.5, upper: 1.75 });
    expect(quartiles([7])).toEqual({ lower: 7, median: 7, upper: 7 });
  });

  test("of nothing are no numbers", () => {
    expect(quartiles([]).median).toBeNaN();
    expect(quantileOf([], 0.5)).toBeNaN();
  });

  test("leave what they were given as it was", () => {
    const values = [3, 1, 2];
    quartiles(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("spreadOf()", () => {
  test("holds the median between all of five rounds, and between the second and the last but one of eight", () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toMatchObject({ low: 1, high: 5, rounds: 5 });
    expect(spreadOf([8, 1, 7, 2, 6, 3, 5, 4])).toMatchObject({ low: 2, high: 7 });
    expect(spreadOf([1, 2, 3, 4, 5, 6, 7])).toMatchObject({ low: 1, high: 7 });
  });

  test.each([0, 1, 2, 3, 4])("of %i rounds says nothing about where the median is", (rounds) => {
    const { low, high } = spreadOf(Array.from({ length: rounds }, () => 1));
    expect(low).toBeNaN();
    expect(high).toBeNaN();
  });

  test("is right in nine cases of ten, whatever the distribution", () => {
    // A skewed one, from a fixed seed: its true median is ln 2.
    let state = 12345;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return -Math.log((state + 1) / 2 ** 32);
    };
    let right = 0;
    for (let time = 0; time < 2000; time++) {
      const { low, high } = spreadOf(Array.from({ length: 8 }, random));
      if (low <= Math.LN2 && Math.LN2 <= high) right++;
    }
    expect(right / 2000).toBeGreaterThan(0.9);
  });
});

describe("ratioOf()", () => {
  test("compares round by round, so that what slows a round slows both", () => {
    const ratio = ratioOf([10, 20, 40, 5, 1], [5, 10, 20, 2.5, 0.5]);
    expect(ratio).toMatchObject({ median: 2, lower: 2, upper: 2, low: 2, high: 2 });
  });

  test("leaves out rounds that lack one of both", () => {
    expect(ratioOf([1, Number.NaN, 3], [1, 1])).toMatchObject({ median: 1, rounds: 1 });
    expect(ratioOf([1], [0])).toMatchObject({ rounds: 0 });
  });
});

describe("advantage()", () => {
  const one = contenderResult("node.omnisock", [{ value: 20, cpu: 1 }]);
  const other = contenderResult("node.native", [{ value: 10, cpu: 2 }]);

  test("of rates is theirs, of CPU time the inverse", () => {
    const workload = workloadResult([one, other]);
    expect(advantage(workload, one, other).median).toBe(2);
    expect(advantage(workload, one, other, "cpu").median).toBe(2);
  });

  test("of what less is better of is the inverse", () => {
    expect(advantage(workloadResult([one, other], "less"), one, other).median).toBe(0.5);
  });
});

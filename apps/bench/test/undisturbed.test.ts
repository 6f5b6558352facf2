import { describe, expect, test } from "vitest";
import { timesIn } from "../src/machine/stolen.ts";
import { markdownOf } from "../src/report/markdown.ts";
import { endText } from "../src/report/text.ts";
import { undisturbed } from "../src/run/undisturbed.ts";
import { resultOf, steady, workloadResult } from "./results.ts";

const STAT = `cpu  60 0 30 900 0 0 0 10 40 0
cpu0 10 0 10 375 1 1 1 2 7 0
cpu1 20 0 10 365 0 0 0 5 3 0
cpu2 30 0 10 357 0 0 0 3 30 0
intr 12 34
`;

describe("timesIn()", () => {
  test("adds up the cores in use, guests not twice", () => {
    expect(timesIn(STAT, { server: 2, load: 0 })).toEqual({ stolen: 5, all: 800 });
    expect(timesIn(STAT, undefined)).toEqual({ stolen: 10, all: 1200 });
  });

  test("knows nothing of an older kernel's steal", () => {
    expect(timesIn("cpu0 1 2 3 4\n", undefined)).toEqual({ stolen: 0, all: 10 });
  });
});

describe("undisturbed()", () => {
  /** What each try finds stolen, and has as its value: 1, 2, 3. */
  async function tried(stolen: readonly number[], most: number): Promise<[value: number, tries: number]> {
    let began = 0;
    let measured = 0;
    const watch = (): (() => number) => {
      const share = stolen[began++] ?? 0;
      return () => share;
    };
    const { sample, tries } = await undisturbed(async () => ({ value: ++measured }), most, watch);
    expect([began, measured], "tries watched, and measured").toEqual([tries, tries]);
    return [sample.value, tries];
  }

  test("measures once where nothing is stolen, or next to nothing", async () => {
    expect(await tried([0], 3)).toEqual([1, 1]);
    expect(await tried([0.02], 3)).toEqual([1, 1]);
  });

  test("measures again until little is stolen", async () => {
    expect(await tried([0.5, 0.4, 0], 3)).toEqual([3, 3]);
    expect(await tried([0.5, 0], 3)).toEqual([2, 2]);
  });

  test("keeps the least spoilt when all are, whatever they say", async () => {
    expect(await tried([0.5, 0.1, 0.3], 3)).toEqual([2, 3]);
    expect(await tried([0.1, 0.1, 0.3], 3)).toEqual([1, 3]);
    expect(await tried([0.5], 1)).toEqual([1, 1]);
  });
});

test("reports tell how often the host disturbed, where it did", () => {
  const workload = workloadResult([steady("node.omnisock", 1, 1)]);
  const quiet = resultOf([workload]);
  const disturbed = resultOf([{ ...workload, repeated: 2 }]);
  expect(endText(quiet)).not.toContain("taken again");
  expect(endText(disturbed)).toContain("2 of 7 measurements taken again");
  expect(markdownOf(disturbed)).toContain(
    "; 2 of 7 measurements taken again, as the machine's host took more than 3 %",
  );
});

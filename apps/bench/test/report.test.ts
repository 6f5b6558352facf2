import { describe, expect, test } from "vitest";
import { allBars } from "../src/bars/bars.ts";
import { judge } from "../src/bars/verdict.ts";
import { headlinesOf, markdownOf } from "../src/report/markdown.ts";
import { modelOf } from "../src/report/model.ts";
import { figure, ratio, withInterval, withSpread } from "../src/report/numbers.ts";
import { tableOf } from "../src/report/rows.ts";
import { endText, workloadText } from "../src/report/text.ts";
import { contenderResult, resultOf, steady, workloadResult } from "./results.ts";

const workload = workloadResult([
  steady("node.omnisock", 12_000, 10),
  steady("node.native", 10_000, 20),
  steady("c.epoll", 24_000, 5),
  { ...contenderResult("bun.omnisock", []), problem: "bun.omnisock ended early" },
]);
const result = resultOf([workload], { bars: allBars(10_000).map((bar) => judge(bar, [workload])) });

describe("numbers", () => {
  test("have three digits that count, and ratios two places", () => {
    expect([78_123, 12.345, 0.04561, Number.NaN].map(figure)).toEqual(["78,100", "12.3", "0.0456", "–"]);
    expect([1.005, 9.999, 28.31, Number.NaN].map(ratio)).toEqual(["1.00", "10.00", "28.3", "–"]);
  });

  test("are told with their spread", () => {
    expect(withSpread({ median: 1.5, lower: 1, upper: 2 }, ratio)).toBe("1.50 (1.00–2.00)");
    expect(withSpread({ median: Number.NaN, lower: 1, upper: 2 }, ratio)).toBe("–");
    const few = { median: 1, lower: 1, upper: 1, low: Number.NaN, high: Number.NaN, rounds: 2 };
    expect(withInterval(few, ratio)).toBe("1.00 (too few rounds)");
  });
});

describe("tableOf()", () => {
  test("stands each beside the native API and C, by the clock and by CPU time", () => {
    const [head, omnisock, native] = tableOf(workload);
    expect(head).toEqual(["", "messages/s", "CPU µs each", "× native", "× native by CPU", "× C", "× C by CPU"]);
    expect(omnisock?.map((cell) => cell.replace(/ \(.*/, ""))).toEqual([
      "Node: omnisock",
      "12,000",
      "10",
      "1.20",
      "2.00",
      "0.50",
      "0.50",
    ]);
    expect(native?.slice(3, 5)).toEqual(["", ""]);
  });

  test("compares within a group alone", () => {
    const of = (id: string, group: string, value: number) => ({ ...steady(id, value, 1), group });
    const grouped = workloadResult([
      of("node.omnisock-10", "10", 3),
      of("node.native-10", "10", 2),
      of("node.native-99", "99", 1),
    ]);
    const [head = [], row = []] = tableOf(grouped);
    expect(row[head.indexOf("× native")]).toBe("1.50 (1.50–1.50)");
  });
});

describe("text and Markdown", () => {
  test("name what failed, and say what the load generator kept from going faster", () => {
    const limited = contenderResult("c.epoll", [{ value: 1, busy: 0.5, loadBusy: 0.99 }]);
    const text = workloadText(workloadResult([limited, ...workload.contenders.slice(3)]));
    expect(text).toContain("bun.omnisock: bun.omnisock ended early");
    expect(text).toContain("the load generator was the limit, not the server, for c.epoll");
  });

  test("tell asked, got and verdict", () => {
    expect(endText(result)).toMatch(
      /echo 64 B × 64 connections, against the native API +Node +≥ 1.05 +1.20 \(1.20–1.20\) +met +2.00 \(2.00–2.00\) +met/,
    );
    const markdown = markdownOf(result);
    expect(markdown).toContain(
      "| echo 64 B × 64 connections, against C epoll | Node | ≥ 0.7 | 0.50 (0.50–0.50) | missed |",
    );
    expect(markdown).toContain("### echo-64x64");
    expect(markdown).toContain("| @omnisock/core | 1,000 | 300 | 5,000 |");
    expect(markdown).toContain("node 26.1.0, bun 1.4.0");
  });

  test("have a few headlines: a line for each, a column for each runtime", () => {
    const headlines = headlinesOf(result);
    expect(headlines).toContain("Taken 2026-01-02 on A processor, 2 cores; medians of 5 rounds.");
    expect(headlines).toContain("|  | Node | Bun | Deno |");
    expect(headlines).toContain("| echo 64 B × 64 connections, against the native API | 1.20 | – | – |");
    expect(headlines).not.toContain("against C epoll | 0.50");
  });
});

describe("modelOf()", () => {
  test("puts ratios first, and leaves out what was not measured", () => {
    const [section] = modelOf(result).sections;
    expect(section?.charts.map(({ name }) => name)).toEqual([
      "beside native",
      "beside native, by CPU time",
      "beside C",
      "beside C, by CPU time",
      "messages/s",
      "CPU time",
    ]);
    expect(section?.charts[0]?.rows).toEqual([
      { label: "omnisock", platform: "node", median: 1.2, lower: 1.2, upper: 1.2, rounds: [1.2, 1.2, 1.2, 1.2, 1.2] },
    ]);
    expect(section?.notes).toEqual(["bun.omnisock: bun.omnisock ended early"]);
  });

  test("shows bars as times what was asked, more always better", () => {
    const bars = modelOf(result).bars.filter(({ verdict }) => verdict !== "not measured");
    expect(bars[0]?.reached?.median).toBeCloseTo(1.2 / 1.05);
    const idle = workloadResult([steady("deno.posix", 7000, 1)], "less", "idle-10000");
    const judged = allBars(10_000).map((bar) => judge(bar, [idle]));
    const [bytes] = modelOf(resultOf([idle], { bars: judged })).bars.filter(({ verdict }) => verdict === "missed");
    expect(bytes).toMatchObject({ asked: "≤ 3,500", got: "7,000 (7,000–7,000)", reached: { median: 0.5 } });
  });
});

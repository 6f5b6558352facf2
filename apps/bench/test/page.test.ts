/** The page that `--html` writes, in a real browser. */
import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { describePage } from "../../../tools/page-tests.ts";
import { allBars } from "../src/bars/bars.ts";
import { judge } from "../src/bars/verdict.ts";
import { pageOf } from "../src/report/page.ts";
import { contenderResult, resultOf, steady, workloadResult } from "./results.ts";

const workload = workloadResult([
  steady("node.omnisock", 12_000, 10),
  steady("node.native", 10_000, 20),
  contenderResult(
    "bun.omnisock",
    [8, 9, 10, 11, 30].map((value) => ({ value: value * 1e3, cpu: 100 / value })),
  ),
  steady("bun.native", 10_000, 10),
  steady("c.epoll", 240_000, 5),
]);
const bars = allBars(10_000).map((bar) => judge(bar, [workload]));
const page = pageOf(resultOf([workload], { bars, warnings: ["</script><b>busy</b>"] }));

test("the page asks the network for nothing", () => {
  expect(page).not.toMatch(/<(script|link|img|iframe)[^>]* (src|href)="(?!data:)/);
  expect(page).not.toMatch(/@import|url\(|\bimport\b[^.]*from/);
  expect(page.match(/<script/g)?.length).toBe(2);
});

describePage(
  (file) => writeFile(file, page),
  (withPage) => {
    test("shows ratios first, with a dot for the median, a line for the quartiles and a tick for each round", async () => {
      await withPage(async (shown) => {
        const chart = shown.locator("#echo-64x64 .chart");
        expect(await shown.locator("#echo-64x64 .tab[aria-pressed=true]").textContent()).toBe("beside native");
        expect(await chart.locator(".dot").count()).toBe(2);
        expect(await chart.locator(".range").count()).toBe(2);
        expect(await chart.locator(".tick").count()).toBe(10);
        expect(await chart.innerText()).toContain("logarithmic");
        const dots = await chart
          .locator(".dot, .reference")
          .evaluateAll((marks) => marks.map((one) => one.getBoundingClientRect().x));
        expect(dots[1]).toBeGreaterThan(dots[0] as number);
      });
    });

    test("shows another figure, on a log axis where it takes one", async () => {
      await withPage(async (shown) => {
        await shown.locator("#echo-64x64 .tab", { hasText: "messages/s" }).click();
        const chart = shown.locator("#echo-64x64 .chart");
        expect(await chart.locator(".dot").count()).toBe(5);
        expect(await chart.innerText()).toContain("messages/s, more is better, logarithmic");
      });
    });

    test("shows each bar that was measured, with its verdict, and by CPU time", async () => {
      await withPage(async (shown) => {
        const section = shown.locator("#bars");
        const measured = bars.filter(({ verdict }) => verdict !== "not measured");
        expect(await section.locator(".line:not(.axis)").count()).toBe(measured.length);
        expect(await section.locator(".dot.hollow").count()).toBe(measured.length);
        expect(await section.locator(".counts").textContent()).toContain("1 not decided");
      });
    });

    test("leaves out the platforms that are switched off", async () => {
      await withPage(async (shown) => {
        await shown.locator(".chip", { hasText: "Bun" }).click();
        expect(await shown.locator("#echo-64x64 .chart .dot").count()).toBe(1);
        await shown.locator(".chip", { hasText: "Bun" }).click();
        expect(await shown.locator("#echo-64x64 .chart .dot").count()).toBe(2);
      });
    });
  },
);

/** The page that `--html` writes, in a real browser. */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

const executable = findBrowser();
if (executable === undefined) {
  console.warn(
    "No Chromium here: the page is not tested. `apt-get install chromium` installs one; CHROMIUM names another.",
  );
}

describe.skipIf(executable === undefined)("the page", () => {
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "omnisock-bench-"));
    writeFileSync(join(folder, "page.html"), page);
    // Root, as in most containers, has no sandbox.
    browser = await chromium.launch({ executablePath: executable as string, args: ["--no-sandbox"] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function withPage(
    options: Parameters<Browser["newPage"]>[0],
    check: (page: Page) => Promise<void>,
  ): Promise<void> {
    const shown = await browser.newPage(options);
    const wrong: string[] = [];
    shown.on("pageerror", (error) => wrong.push(error.message));
    shown.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) wrong.push(request.url());
    });
    await shown.goto(pathToFileURL(join(folder, "page.html")).href);
    await check(shown);
    expect(wrong).toEqual([]);
    await shown.close();
  }

  test("shows ratios first, with a dot for the median, a line for the quartiles and a tick for each round", async () => {
    await withPage({}, async (shown) => {
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
    await withPage({}, async (shown) => {
      await shown.locator("#echo-64x64 .tab", { hasText: "messages/s" }).click();
      const chart = shown.locator("#echo-64x64 .chart");
      expect(await chart.locator(".dot").count()).toBe(5);
      expect(await chart.innerText()).toContain("messages/s, more is better, logarithmic");
    });
  });

  test("shows each bar that was measured, with its verdict, and by CPU time", async () => {
    await withPage({}, async (shown) => {
      const section = shown.locator("#bars");
      const measured = bars.filter(({ verdict }) => verdict !== "not measured");
      expect(await section.locator(".line:not(.axis)").count()).toBe(measured.length);
      expect(await section.locator(".dot.hollow").count()).toBe(measured.length);
      expect(await section.locator(".counts").textContent()).toContain("1 not decided");
    });
  });

  test("leaves out the platforms that are switched off", async () => {
    await withPage({}, async (shown) => {
      await shown.locator(".chip", { hasText: "Bun" }).click();
      expect(await shown.locator("#echo-64x64 .chart .dot").count()).toBe(1);
      await shown.locator(".chip", { hasText: "Bun" }).click();
      expect(await shown.locator("#echo-64x64 .chart .dot").count()).toBe(2);
    });
  });

  test.each(["light", "dark"] as const)("is legible in the %s colour scheme, and fits a phone", async (colorScheme) => {
    await withPage({ colorScheme, viewport: { width: 360, height: 740 } }, async (shown) => {
      const [ink, ground, width] = await shown.evaluate(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        const luminance = (rgb: string): number =>
          (rgb.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, n) => sum + Number(n), 0);
        return [luminance(color), luminance(backgroundColor), document.documentElement.scrollWidth] as const;
      });
      expect(colorScheme === "light" ? ground - ink : ink - ground).toBeGreaterThan(400);
      expect(width).toBeLessThanOrEqual(360);
    });
  });
});

function findBrowser(): string | undefined {
  const { CHROMIUM, PATH = "" } = process.env;
  const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
  const files = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...(CHROMIUM === undefined ? [] : [CHROMIUM]), ...files].find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

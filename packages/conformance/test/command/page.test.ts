/** The page that `--html` writes, in a real browser. */
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageOf } from "../../dist/report/page.js";
import { conformance, reportOf } from "./command.ts";

/** A Chromium of this machine; without one, these tests are counted as skipped. */
const executable = findBrowser();
if (executable === undefined) {
  console.warn(
    "No Chromium here: the page is not tested. `apt-get install chromium` installs one; CHROMIUM names another.",
  );
}

const BROKEN = ["--adapter", "./test/adapters/broken.js"];
const ARGS = [...BROKEN, "--runtime", "node", "--runtime", "bun", "--grep", "^create$|^Unix paths$|^shutdown$|^bind$"];

test("the page asks the network for nothing, and holds the report", async () => {
  const { report } = await reportOf(["--adapter", "./examples/mine.js", "--grep", "^create-"]);
  const [first] = report.topics[0]?.cases ?? [];
  const odd = { ...report, version: "</script><script>alert(1)</script>" };
  const page = pageOf(odd);
  expect(page).not.toMatch(/<(script|link|img|iframe)[^>]* (src|href)="(?!data:)/);
  expect(page).not.toMatch(/@import|url\(|sourceMappingURL/);
  expect(page.match(/<script/g)?.length).toBe(2);
  expect(JSON.parse(/id="report">(.*?)<\/script>/s.exec(page)?.[1] ?? "")).toEqual(odd);
  expect(first?.id).toBe("create-new");
});

describe.skipIf(executable === undefined)("the page", () => {
  let directory: string;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "omnisock-"));
    const file = join(directory, "report.html");
    await conformance([...ARGS, "--html", file], { fault: "lies" });
    expect(await readFile(file, "utf8")).toContain("<!doctype html>");
    url = pathToFileURL(file).href;
    // Root, as in most containers, has no sandbox.
    browser = await chromium.launch({ executablePath: executable as string, args: ["--no-sandbox"] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Opens it, and makes sure that nothing goes wrong in it and that it asks for nothing. */
  async function withPage(
    options: Parameters<Browser["newPage"]>[0],
    check: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await browser.newPage(options);
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) wrong.push(request.url());
    });
    await page.goto(url);
    await check(page);
    expect(wrong).toEqual([]);
    await page.close();
  }

  const cells = (page: Page, outcome = ""): ReturnType<Page["locator"]> =>
    page.locator(`#matrix button.cell${outcome}`);

  test("has a cell a case and column, and a bar a column", async () => {
    await withPage({}, async (page) => {
      const { topics, columns } = await page.evaluate(() =>
        JSON.parse(document.getElementById("report")?.textContent ?? ""),
      );
      const cases = topics.flatMap((topic: { cases: unknown[] }) => topic.cases);
      expect(columns.length).toBe(2);
      expect(await cells(page).count()).toBe(cases.length * columns.length);
      expect(await page.locator(".bars .bar").count()).toBe(columns.length);
      expect(await page.locator(".facts").textContent()).toContain("suite");
    });
  });

  test("filters by topic and by result", async () => {
    await withPage({}, async (page) => {
      const all = await cells(page).count();
      const failed = await cells(page, ".fail").count();
      expect(failed).toBeGreaterThan(0);
      await page.locator(".chip", { hasText: "pass" }).click();
      expect(await cells(page, ".pass").count()).toBe(0);
      expect(await cells(page, ".fail").count()).toBe(failed);
      await page.locator(".chip", { hasText: "pass" }).click();
      expect(await cells(page).count()).toBe(all);
      await page.selectOption("#topic", "shutdown");
      expect(await cells(page, ".fail").count()).toBe(0);
      const shown = await cells(page).count();
      expect(shown).toBeGreaterThan(0);
      expect(shown).toBeLessThan(all);
      await page.fill("#search", "no such case");
      expect(await page.locator(".nothing").isVisible()).toBe(true);
    });
  });

  test("a click on a cell shows sentence, source, outcome, time and how to run it again", async () => {
    await withPage({}, async (page) => {
      const cell = cells(page, ".fail").first();
      const id = (await cell.getAttribute("data-case")) ?? "";
      await cell.click();
      const details = page.locator("#details");
      expect(await details.isVisible()).toBe(true);
      const text = (await details.innerText()).replaceAll(/\s+/g, " ");
      for (const part of ["fail", "expected", "seen", "source", " ms", id, `--grep '^${id}$'`])
        expect(text).toContain(part);
      expect(await details.locator("h2").textContent()).not.toBe("");
      await page.keyboard.press("Escape");
      expect(await details.isVisible()).toBe(false);
    });
  });

  test("a link to a cell opens it", async () => {
    await withPage({}, async (page) => {
      await cells(page, ".fail").first().click();
      const address = page.url();
      expect(address).toContain("#");
      await page.goto("about:blank");
      await page.goto(address);
      expect(await page.locator("#details").isVisible()).toBe(true);
    });
  });

  test.each(["light", "dark"] as const)("is legible in the %s colour scheme, and fits a phone", async (colorScheme) => {
    await withPage({ colorScheme, viewport: { width: 360, height: 740 } }, async (page) => {
      const [text, ground, width] = await page.evaluate(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        const luminance = (rgb: string): number =>
          (rgb.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, n) => sum + Number(n), 0);
        return [luminance(color), luminance(backgroundColor), document.documentElement.scrollWidth] as const;
      });
      expect(colorScheme === "light" ? ground - text : text - ground).toBeGreaterThan(400);
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

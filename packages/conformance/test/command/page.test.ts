/** The page that `--html` writes, in a real browser. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { describePage, type Page } from "../../../../tools/page-tests.ts";
import { pageOf } from "../../dist/report/page.js";
import { conformance, reportOf } from "./command.ts";

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

describePage(
  async (file) => {
    await conformance([...ARGS, "--html", file], { fault: "lies" });
    expect(await readFile(file, "utf8")).toContain("<!doctype html>");
  },
  (withPage) => {
    const cells = (page: Page, outcome = ""): ReturnType<Page["locator"]> =>
      page.locator(`#matrix button.cell${outcome}`);

    test("has a cell a case and column, and a bar a column", async () => {
      await withPage(async (page) => {
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
      await withPage(async (page) => {
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
      await withPage(async (page) => {
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
      await withPage(async (page) => {
        await cells(page, ".fail").first().click();
        const address = page.url();
        expect(address).toContain("#");
        await page.goto("about:blank");
        await page.goto(address);
        expect(await page.locator("#details").isVisible()).toBe(true);
      });
    });
  },
);

/** Tests of a page that needs nothing else, such as the reports of the suite and of the benchmark, in a real browser. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserProgram, startBrowser } from "./browser.ts";

export type { Page };

/** Opens the page, and makes sure that nothing goes wrong in it and that it asks for nothing. */
export type WithPage = (check: (page: Page) => Promise<void>, options?: BrowserContextOptions) => Promise<void>;

/**
 * Declares `tests`, and that the page is legible everywhere.
 *
 * @param write Writes the page to the file.
 */
export function describePage(write: (file: string) => Promise<void>, tests: (withPage: WithPage) => void): void {
  describe.skipIf(browserProgram === undefined)("the page", () => {
    let folder: string;
    let browser: Browser;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "omnisock-page-"));
      await write(join(folder, "page.html"));
      browser = await startBrowser();
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const withPage: WithPage = async (check, options) => {
      const page = await browser.newPage(options);
      const wrong: string[] = [];
      page.on("pageerror", (error) => wrong.push(error.message));
      page.on("request", (request) => {
        if (!/^(file|data):/.test(request.url())) wrong.push(request.url());
      });
      await page.goto(pathToFileURL(join(folder, "page.html")).href);
      await check(page);
      expect(wrong).toEqual([]);
      await page.close();
    };

    tests(withPage);

    test.each(["light", "dark"] as const)(
      "is legible in the %s colour scheme, and fits a phone",
      async (colorScheme) => {
        const check = async (page: Page): Promise<void> => {
          const [ink, ground, width] = await page.evaluate(() => {
            const { color, backgroundColor } = getComputedStyle(document.body);
            const luminance = (rgb: string): number =>
              (rgb.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, n) => sum + Number(n), 0);
            return [luminance(color), luminance(backgroundColor), document.documentElement.scrollWidth] as const;
          });
          expect(colorScheme === "light" ? ground - ink : ink - ground).toBeGreaterThan(400);
          expect(width).toBeLessThanOrEqual(360);
        };
        await withPage(check, { colorScheme, viewport: { width: 360, height: 740 } });
      },
    );
  });
}

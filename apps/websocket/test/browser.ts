/** A real browser for tests: Chromium, headless. `npm ci` installs none, so that a machine may have none. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { onTestFinished } from "vitest";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The browser's program; undefined, and said so, where there is none: tests that need it are then skipped. */
export const browserProgram: string | undefined = (() => {
  const { CHROMIUM, PATH = "" } = process.env;
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...(CHROMIUM === undefined ? [] : [CHROMIUM]), ...paths].find(isProgram);
  if (found === undefined) {
    console.warn(
      "NOT RUN: the browser tests, for there is no Chromium here. Install one (Debian: apt-get install chromium; else see " +
        "https://www.chromium.org) so that it is on the PATH, or name it in the environment variable CHROMIUM.",
    );
  }
  return found;
})();

/** Starts the browser; it ends with the test at the latest. */
export async function launchBrowser(): Promise<Browser> {
  if (browserProgram === undefined) throw new Error("There is no Chromium");
  const browser = await chromium.launch({ executablePath: browserProgram });
  onTestFinished(() => browser.close());
  return browser;
}

/** A real browser for tests: Chromium, headless. `npm ci` installs none, so that a machine may have none. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";

export type { Browser };

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The browser's program; undefined, and said so, where there is none: tests that need it are then skipped. */
export const browserProgram: string | undefined = (() => {
  const { CHROMIUM, PATH = "" } = process.env;
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  const files = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...(CHROMIUM === undefined ? [] : [CHROMIUM]), ...files].find(isProgram);
  if (found === undefined) {
    console.warn(
      "NOT RUN: the browser tests, for there is no Chromium here. Install one (Debian: apt-get install chromium; else see " +
        "https://www.chromium.org) so that it is on the PATH, or name it in the environment variable CHROMIUM.",
    );
  }
  return found;
})();

/** @throws {Error} There is no browser. */
export async function startBrowser(): Promise<Browser> {
  if (browserProgram === undefined) throw new Error("There is no Chromium");
  return chromium.launch({ executablePath: browserProgram });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

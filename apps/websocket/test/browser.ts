/** A browser of a test's own. */
import { onTestFinished } from "vitest";
import { type Browser, browserProgram, startBrowser } from "../../../tools/browser.ts";

export { browserProgram };

/** Starts the browser; it ends with the test at the latest. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  return browser;
}

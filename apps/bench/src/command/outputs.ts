/** The files that the run is to leave. */
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { RUNTIME_NAMES } from "../machine/runtimes.ts";
import { headlinesOf, markdownOf } from "../report/markdown.ts";
import { pageOf } from "../report/page.ts";
import type { Result } from "../run/result.ts";
import { type CommandLine, UsageError } from "./command-line.ts";

type Files = Pick<CommandLine, "json" | "html" | "markdown">;
type Choice = Pick<CommandLine, "only" | "runtimes" | "contenders">;

/**
 * Makes sure that each file can be written, before anything is measured for minutes.
 *
 * @throws {UsageError} One cannot; or a page would lose the figures of what is not measured.
 */
export function checkOutputs({ json, html, markdown, ...choice }: Files & Choice): void {
  check("--json", json);
  check("--html", html);
  for (const page of markdown) {
    check("--markdown", page);
    if (placesIn(textOf(page)).length > 0) checkWhole(page, choice);
  }
}

function checkWhole(page: string, { only, runtimes, contenders }: Choice): void {
  const isWhole = only.length === 0 && contenders.length === 0 && runtimes.length === RUNTIME_NAMES.length;
  if (isWhole) return;
  throw new UsageError(
    `--markdown ${page} would lose the figures of what is not measured: leave out --only, --runtime and --contender, or name a new file`,
  );
}

export function writeOutputs(result: Result, { json, html, markdown }: Files): void {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  if (html !== undefined) writeFileSync(html, pageOf(result));
  for (const page of markdown) writeFileSync(page, withFigures(page, result));
}

/** What goes between `<!-- name -->` and `<!-- end name -->`. */
const PLACES = { figures: markdownOf, headlines: headlinesOf };

/** A page that has a place for figures keeps the rest of what it says; another becomes all figures. */
function withFigures(file: string, result: Result): string {
  const page = textOf(file);
  const places = placesIn(page);
  if (places.length === 0) return markdownOf(result);
  return places.reduce(
    (text, { place, write }) => text.replace(place, (_, open, close) => `${open}\n${write(result)}\n${close}`),
    page,
  );
}

function placesIn(page: string): { place: RegExp; write: (result: Result) => string }[] {
  return Object.entries(PLACES)
    .map(([name, write]) => ({ place: new RegExp(`(<!-- ${name} -->\\n).*?(<!-- end ${name} -->)`, "s"), write }))
    .filter(({ place }) => place.test(page));
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function check(option: string, file: string | undefined): void {
  if (file === undefined) return;
  try {
    const existing = statSync(file, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw new Error("it is a folder");
    if (existing === undefined && !statSync(dirname(resolve(file))).isDirectory())
      throw new Error("its folder is none");
    accessSync(existing === undefined ? dirname(resolve(file)) : file, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${option} ${file} cannot be written: ${(error as Error).message}`);
  }
}

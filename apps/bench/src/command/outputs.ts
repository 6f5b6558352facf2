/** The files that the run is to leave. */
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { headlinesOf, markdownOf } from "../report/markdown.ts";
import { pageOf } from "../report/page.ts";
import type { Result } from "../run/result.ts";
import { type CommandLine, UsageError } from "./command-line.ts";

type Files = Pick<CommandLine, "json" | "html" | "markdown">;

/**
 * Makes sure that each file can be written, before anything is measured for minutes.
 *
 * @throws {UsageError} One cannot.
 */
export function checkOutputs({ json, html, markdown }: Files): void {
  check("--json", json);
  check("--html", html);
  for (const page of markdown) check("--markdown", page);
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
  const page = existsSync(file) ? readFileSync(file, "utf8") : "";
  const places = Object.entries(PLACES)
    .map(([name, textOf]) => ({ place: new RegExp(`(<!-- ${name} -->\\n).*?(<!-- end ${name} -->)`, "s"), textOf }))
    .filter(({ place }) => place.test(page));
  if (places.length === 0) return markdownOf(result);
  return places.reduce(
    (text, { place, textOf }) => text.replace(place, (_, open, close) => `${open}\n${textOf(result)}\n${close}`),
    page,
  );
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

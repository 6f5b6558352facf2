/** The report as one page that needs nothing else: no network, no other file. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { documentOf } from "../../../../packages/conformance/src/report/document.ts";
import type { Result } from "../run/result.ts";
import { modelOf } from "./model.ts";

export function pageOf(result: Result): string {
  return documentOf({
    title: "omnisock benchmark",
    draws: "charts",
    styles: ["page", "chart"].map((name) => new URL(`./${name}.css`, import.meta.url)),
    script: stripTypeScriptTypes(readFileSync(new URL("./browser.ts", import.meta.url), "utf8")),
    data: ["model", modelOf(result)],
  });
}

/** The report as one page that needs nothing else: no network, no other file. */
import { readFileSync } from "node:fs";
import { documentOf } from "./document.ts";
import type { Report } from "./report.ts";

export function pageOf(report: Report): string {
  const script = readFileSync(new URL("./browser.js", import.meta.url), "utf8");
  return documentOf({
    title: "omnisock conformance",
    draws: "matrix",
    styles: ["page", "matrix", "details"].map((name) => new URL(`../../src/report/${name}.css`, import.meta.url)),
    script: script.replace(/^\/\/# sourceMappingURL.*$/m, ""),
    data: ["report", report],
  });
}

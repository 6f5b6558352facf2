/** The report as one page that needs nothing else: no network, no other file. */
import { readFileSync } from "node:fs";
import type { Report } from "./report.ts";

/** The page, whole. */
export function pageOf(report: Report): string {
  const style = readFileSync(new URL("../../src/report/page.css", import.meta.url), "utf8");
  const script = readFileSync(new URL("./browser.js", import.meta.url), "utf8").replace(
    /^\/\/# sourceMappingURL.*$/m,
    "",
  );
  // A "<" in the data could end the script element.
  const data = JSON.stringify(report).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>omnisock conformance</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
</head>
<body>
<noscript>This page draws its matrix with JavaScript.</noscript>
<script type="application/json" id="report">${data}</script>
<script type="module">
${script}</script>
</body>
</html>
`;
}

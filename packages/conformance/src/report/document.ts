/** A page that needs nothing else: no network, no other file. Such are the suite's report and the benchmark's. */
import { readFileSync } from "node:fs";

export interface Parts {
  readonly title: string;
  /** What the script draws, for those who have no JavaScript: "matrix". */
  readonly draws: string;
  /** Style sheets, beside the one that every page has. */
  readonly styles: readonly URL[];
  /** JavaScript that imports nothing. */
  readonly script: string;
  /** What the script finds as JSON in the element of this id. */
  readonly data: readonly [id: string, value: unknown];
}

const STYLE = new URL("../../src/report/document.css", import.meta.url);

export function documentOf({ title, draws, styles, script, data: [id, value] }: Parts): string {
  const style = [STYLE, ...styles].map((file) => readFileSync(file, "utf8")).join("\n");
  // A "<" in the data could end the script element.
  const data = JSON.stringify(value).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
</head>
<body>
<noscript>This page draws its ${draws} with JavaScript.</noscript>
<script type="application/json" id="${id}">${data}</script>
<script type="module">
${script}</script>
</body>
</html>
`;
}

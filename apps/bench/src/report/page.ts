/** The report as one page that needs nothing else: no network, no other file. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type { Result } from "../run/result.ts";
import { modelOf } from "./model.ts";

/** The page, whole. */
export function pageOf(result: Result): string {
  const style = readFileSync(new URL("./page.css", import.meta.url), "utf8");
  const script = stripTypeScriptTypes(readFileSync(new URL("./browser.ts", import.meta.url), "utf8"));
  // A "<" in the data could end the script element.
  const data = JSON.stringify(modelOf(result)).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>omnisock benchmark</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
</head>
<body>
<noscript>This page draws its charts with JavaScript.</noscript>
<script type="application/json" id="model">${data}</script>
<script type="module">
${script}</script>
</body>
</html>
`;
}

/**
 * Checks the documentation: relative links lead somewhere, a code block under `<!-- file: path -->` is that file, one under
 * `<!-- file: path#name -->` the statement of that name in it, and what stands between `<!-- generated: name -->` and
 * `<!-- /generated -->` is what the code makes of it.
 *
 * With `--report FILE`, what `npm run conformance -- --json FILE` wrote, also that what stands between `<!-- report: name -->`
 * and `<!-- end report -->`, and docs/matrix.svg, is what the report says. `--write` puts files and reports into their blocks.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Report } from "../packages/conformance/src/report/report.ts";
import { matrixPicture } from "./matrix-picture.ts";
import { optionClaims, optionValues } from "./options-table.ts";
import { reportBlocks } from "./report-blocks.ts";
import { shownCode } from "./shown-code.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { write: isWriting = false, report } = parseArgs({
  options: { write: { type: "boolean" }, report: { type: "string" } },
}).values;
const said = report === undefined ? undefined : (JSON.parse(readFileSync(report, "utf8")) as Report);
const blocks = said && reportBlocks(said);
const pages = globSync(
  ["*.md", ".changeset/*.md", "docs/**/*.md", "{packages,apps}/*/*.md", "{packages,apps}/*/docs/**/*.md"],
  {
    cwd: root,
  },
);
const problems: string[] = [];
const generated: Readonly<Record<string, string>> = {
  "option-claims": await optionClaims(root),
  "option-values": await optionValues(root),
};

if (said !== undefined) {
  const picture = join(root, "docs/matrix.svg");
  if (isWriting) writeFileSync(picture, matrixPicture(said));
  else if (!existsSync(picture) || readFileSync(picture, "utf8") !== matrixPicture(said))
    problems.push(`docs/matrix.svg is not what the report says; run \`npm run docs:report ${report}\``);
}

for (const page of pages) {
  const text = readFileSync(join(root, page), "utf8");
  const prose = text.replaceAll(/```.*?```/gs, "");
  for (const [, target = ""] of prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(root, dirname(page), target))) problems.push(`${page}: nothing is at ${target}`);
  }
  let filled = text.replaceAll(
    /(<!-- file: (\S+) -->\n```\w*\n)(.*?)(```)/gs,
    (block, opening, target, old, closing) => {
      try {
        const code = shownCode(root, target);
        if (code !== old && !isWriting) problems.push(`${page}: the code block is not ${target}; run \`npm run docs\``);
        return `${opening}${code}${closing}`;
      } catch (error) {
        problems.push(`${page}: ${(error as Error).message}`);
        return block;
      }
    },
  );
  if (blocks !== undefined) {
    filled = filled.replaceAll(
      /(<!-- report: (\S+) -->\n)(.*?)(<!-- end report -->)/gs,
      (_, opening, name, old, closing) => {
        const block = blocks.get(name);
        if (block === undefined) problems.push(`${page}: the report has no ${name}`);
        else if (block !== old && !isWriting)
          problems.push(`${page}: ${name} is not what the report says; run \`npm run docs:report ${report}\``);
        return `${opening}${block ?? old}${closing}`;
      },
    );
  }
  const made = filled.replaceAll(
    /(<!-- generated: (\S+) -->\n)(.*?)(<!-- \/generated -->)/gs,
    (_, opening, name, old, closing) => {
      const now = generated[name] === undefined ? undefined : `\n${generated[name]}\n`;
      if (now === undefined) problems.push(`${page}: nothing makes ${name}`);
      else if (now !== old && !isWriting) problems.push(`${page}: ${name} is stale; run \`npm run docs\``);
      return `${opening}${now ?? old}${closing}`;
    },
  );
  if (isWriting && made !== text) writeFileSync(join(root, page), made);
}

for (const problem of problems) console.error(problem);
console.log(`${pages.length} pages checked, ${problems.length} problems`);
if (pages.length === 0 || problems.length > 0) process.exitCode = 1;

/**
 * Checks the documentation: relative links lead somewhere, and a code block under `<!-- file: path -->` is that file.
 *
 * `--write` puts the files into their blocks.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isWriting = process.argv.includes("--write");
const pages = globSync(
  ["*.md", ".changeset/*.md", "docs/**/*.md", "{packages,apps}/*/*.md", "{packages,apps}/*/docs/**/*.md"],
  {
    cwd: root,
  },
);
const problems: string[] = [];

for (const page of pages) {
  const text = readFileSync(join(root, page), "utf8");
  const prose = text.replaceAll(/```.*?```/gs, "");
  for (const [, target = ""] of prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(root, dirname(page), target))) problems.push(`${page}: nothing is at ${target}`);
  }
  const filled = text.replaceAll(/(<!-- file: (\S+) -->\n```\w*\n)(.*?)(```)/gs, (_, opening, file, code, closing) => {
    const path = join(root, file);
    const source = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    if (source === undefined) problems.push(`${page}: there is no ${file} to show`);
    else if (source !== code && !isWriting)
      problems.push(`${page}: the code block is not ${file}; run \`npm run docs\``);
    return `${opening}${source ?? code}${closing}`;
  });
  if (isWriting && filled !== text) writeFileSync(join(root, page), filled);
}

for (const problem of problems) console.error(problem);
console.log(`${pages.length} pages checked, ${problems.length} problems`);
if (pages.length === 0 || problems.length > 0) process.exitCode = 1;

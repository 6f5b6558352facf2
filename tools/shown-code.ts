import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a statement that has more than one line ends. */
const LAST_LINE = /^[\])}]/;

/**
 * The code that `target` stands for: all of a file, `path`; or a part of it, `path#name`: the top-level statement that declares
 * or calls that name, with the comment above it. So what is shown needs no marks in the program.
 *
 * @throws {Error} There is no such file, or no such statement in it.
 */
export function shownCode(root: string, target: string): string {
  const [path = "", name] = target.split("#");
  if (!existsSync(join(root, path))) throw new Error(`there is no ${path} to show`);
  const source = readFileSync(join(root, path), "utf8");
  if (name === undefined) return source;
  const lines = source.split("\n");
  const words = "export|default|declare|async|abstract|function|const|let|class|interface|type|await";
  const statement = new RegExp(String.raw`^(?:(?:${words})\s+)+${name}\b`);
  const at = lines.findIndex((line) => statement.test(line));
  if (at < 0) throw new Error(`there is no statement of ${name} in ${path} to show`);
  let first = at;
  while (/^(\/\*\*| \*|\/\/)/.test(lines[first - 1] ?? "")) first -= 1;
  let last = at;
  // A statement of one line ends with its semicolon. Others end where the indentation does; `) {` is not yet the end.
  if (!/;$/.test(lines[at] ?? "")) {
    do last += 1;
    while (last < lines.length - 1 && !(LAST_LINE.test(lines[last] ?? "") && !/\{$/.test(lines[last] ?? "")));
  }
  return `${lines.slice(first, last + 1).join("\n")}\n`;
}

import process from "node:process";
import type { Column } from "./columns.ts";

/** The command that runs one case alone in one column; the same way as this process was started. */
export function rerunCommand({ args }: Column, id: string): string {
  return [start(), ...[...args, "--grep", `^${id}$`].map(quoted)].join(" ");
}

function start(): string {
  return process.env["npm_lifecycle_event"] === "conformance" ? "npm run conformance --" : "npx omnisock-conformance";
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

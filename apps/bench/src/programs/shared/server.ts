/** What all servers that are measured do alike: they say where they listen, and end with whoever started them. */
import { writeSync } from "node:fs";
import process from "node:process";

/** Tells the port; from now on the end of standard input is the end of the process, and a line there asks to collect garbage. */
export function ready(port: number): void {
  announce(port);
  process.stdin.on("end", () => process.exit()).on("data", collectGarbage);
}

/** Tells the port and the process, at once, also when the thread is about to block. */
export function announce(port: number): void {
  writeSync(1, `ready ${port} ${process.pid}\n`);
}

/**
 * Node and Deno are started so that they lend `gc()`. They also give back the room for new objects, which has grown by what
 * came and went at a time, not by what there is.
 */
function collectGarbage(): void {
  const { gc, Bun } = globalThis as {
    gc?: (options: { type: "major"; flavor: "last-resort" }) => void;
    Bun?: { gc(isSynchronous: boolean): void };
  };
  gc?.({ type: "major", flavor: "last-resort" });
  Bun?.gc(true);
  writeSync(1, "collected\n");
}

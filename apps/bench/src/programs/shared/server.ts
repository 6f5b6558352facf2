/** What all servers that are measured do alike: they say where they listen, and end with whoever started them. */
import { writeSync } from "node:fs";
import process from "node:process";

/** Tells the port; from now on the end of standard input is the end of the process. */
export function ready(port: number): void {
  announce(port);
  process.stdin.on("end", () => process.exit()).resume();
}

/** Tells the port and the process, at once, also when the thread is about to block. */
export function announce(port: number): void {
  writeSync(1, `ready ${port} ${process.pid}\n`);
}

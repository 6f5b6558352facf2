/** How programs print, and what becomes of one whose output nobody takes. */
import { writeSync } from "node:fs";
import process from "node:process";
import { format } from "node:util";

/**
 * From now on the program ends quietly, exit status 0, as soon as it prints what nobody will read, as in `server | head`;
 * and with exit status 1, and a line that says why, when it cannot print for another reason, as on a disk that is full.
 *
 * By itself Node reports a reader that has gone as a bug, and Bun and Deno go on. This is the same on all three, also in
 * programs whose calls block the thread, where no event would tell.
 *
 * @param name Of the program, for the line.
 */
export function endWithReader(name: string): void {
  const end = (error: NodeJS.ErrnoException): never => {
    if (error.code === "EPIPE") process.exit(0);
    console.error(`${name}: Cannot print: ${error.message}`);
    process.exit(1);
  };
  process.stdout.on("error", end);
  // A complaint that nobody reads is no reason to end.
  process.stderr.on("error", () => {});
  console.log = (...values) => {
    try {
      writeAll(new TextEncoder().encode(`${format(...values)}\n`));
    } catch (error) {
      end(error as NodeJS.ErrnoException);
    }
  };
}

/** Prints, no faster than standard output takes it: `process.exit()` would lose what it has not taken. */
export function print(chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    try {
      process.stdout.write(chunk, (error) => {
        if (!error) resolve();
      });
    } catch (error) {
      // Deno throws where the others tell of an event.
      process.stdout.emit("error", error);
    }
  });
}

const STANDARD_OUTPUT = 1;
const PATIENCE = 10;

function writeAll(bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(STANDARD_OUTPUT, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      // A pipe that is full, and non-blocking since somebody else has made it so.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE);
    }
  }
}

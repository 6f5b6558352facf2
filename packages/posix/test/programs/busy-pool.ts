/** Sockets are served while others have the threads of the runtime's pool wait. */
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exit } from "node:process";
import { pair, parked } from "./common.ts";

/** More than the threads that Node and Bun have. */
const WORK = 64;
const folder = mkdtempSync(join(tmpdir(), "omnisock-busy-pool-"));
const fifo = join(folder, "fifo");
execFileSync("mkfifo", [fifo]);

const [client, server] = await pair();
// To open it for reading waits until somebody opens it for writing.
const works = Array.from({ length: WORK }, () => open(fifo, constants.O_RDONLY));
for (let round = 0; round < 2; round++) {
  const receiving = server.receive(new Uint8Array(8));
  await parked();
  client.trySend(Uint8Array.of(round));
  console.log(`received ${await receiving}`);
}
const writer = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
for (const work of works) await (await work).close();
closeSync(writer);
rmSync(folder, { recursive: true });
exit(0);

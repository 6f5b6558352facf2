/** Raw sockets, where the process may have them, fail for want of descriptors: of their own, and of those that the reactor needs. */
import { closeSync, openSync, readdirSync } from "node:fs";
import { exit } from "node:process";
import { AddressFamily, ProtocolType, SocketError, SocketType } from "@omnisock/core";
import { rawSocket } from "../../dist/index.js";
import { Socket } from "../../dist/sync/index.js";

const count = (): number => readdirSync("/proc/self/fd").length;

/** Tries while so many descriptors are free, and tells whether it failed. */
function hasFailed(free: number): boolean {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    for (const fd of held.splice(0, free)) closeSync(fd);
  }
  try {
    void rawSocket(AddressFamily.INET, ProtocolType.ICMP);
    return false;
  } catch (error) {
    if (error instanceof SocketError) return true;
    throw error;
  } finally {
    for (const fd of held) closeSync(fd);
  }
}

// Loads what the first socket does.
new Socket(AddressFamily.INET, SocketType.STREAM).close();
const before = count();
let left = 0;
for (let free = 0; free < 8 && hasFailed(free); free++) left += count() - before;
console.log(`left open: ${left}`);
exit(0);

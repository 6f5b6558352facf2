/** Workers that are terminated while they wait leave no thread behind that waits for them. */
import { readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { parked, waiting } from "./common.ts";

const WORKERS = 20;
const threads = (): number => readdirSync("/proc/self/task").length;

if (isMainThread) {
  const before = threads();
  for (let count = 0; count < WORKERS; count++) {
    const worker = new Worker(new URL(import.meta.url));
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
  }
  // A runtime keeps a few of its own.
  while (threads() > before + WORKERS / 2) await setTimeout(10);
  console.log("ended");
} else {
  await waiting();
  await parked();
  parentPort?.postMessage("waits");
}

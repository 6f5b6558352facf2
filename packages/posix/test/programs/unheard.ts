/** Threads end, in whatever way, while bytes have come that their reactor was not told of yet. */
import { setInterval } from "node:timers";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { adopt } from "../../dist/index.js";
import { Socket, socketPair } from "../../dist/sync/index.js";
import { parked } from "./common.ts";

/** The other end of a socket that waits, parked, and keeps no thread. */
async function waiting(): Promise<Socket> {
  const [one, two] = socketPair();
  const socket = adopt(two.detach());
  socket.unref();
  void socket.receive(new Uint8Array(1));
  await parked();
  return one;
}

if (isMainThread) {
  for (const how of ["ends", "exits", "throws", "is terminated"]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: how });
    worker.once("error", () => {});
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    if (how === "is terminated") {
      const other = Socket.adopt(await new Promise<number>((resolve) => worker.once("message", resolve)));
      other.send(new Uint8Array(10));
      await worker.terminate();
    }
    await ended;
    console.log(how);
  }
  (await waiting()).send(new Uint8Array(10));
} else {
  const other = await waiting();
  if (workerData === "is terminated") {
    setInterval(() => {}, 60_000);
    parentPort?.postMessage(other.detach());
  } else {
    other.send(new Uint8Array(10));
    if (workerData === "exits") process.exit(0);
    if (workerData === "throws") throw new Error("nobody catches this");
  }
}

/** The only threads with sockets are workers: one ends by itself, one while it waits, one is terminated. */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

if (isMainThread) {
  for (const how of ["ends", "exits", "is terminated"]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: how });
    const ended = new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
    const message = await new Promise((resolve) => worker.once("message", resolve));
    if (how === "is terminated") await worker.terminate();
    await ended;
    console.log(`${message} and ${how}`);
  }
} else {
  // Not above: the main thread is to load nothing of this.
  const { pair, waiting } = await import("./common.ts");
  const [client, server] = await pair();
  await client.sendAll(new Uint8Array(3));
  const received = await server.receive(new Uint8Array(9));
  if (workerData === "ends") await Promise.all([client.close(), server.close()]);
  parentPort?.postMessage(`received ${received}`);
  if (workerData === "exits") process.exit(0);
  if (workerData === "is terminated") await waiting();
}

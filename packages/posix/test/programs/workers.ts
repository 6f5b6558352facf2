/** Each thread has a reactor of its own; one that is terminated while it waits takes nobody with it. */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { pair, parked, waiting } from "./common.ts";

async function echo(): Promise<number> {
  const [client, server] = await pair();
  const serving = (async () => {
    const into = new Uint8Array(64);
    for (let length = await server.receive(into); length > 0; length = await server.receive(into)) {
      await server.sendAll(into.subarray(0, length));
    }
  })();
  let total = 0;
  for (let round = 0; round < 200; round++) {
    await client.sendAll(Uint8Array.of(round));
    total += await client.receive(new Uint8Array(64));
  }
  await client.close();
  await serving;
  await server.close();
  return total;
}

if (isMainThread) {
  const workers = [1, 2].map(() => new Worker(new URL(import.meta.url)));
  const totals = workers.map(
    (worker) => new Promise<number>((resolve, reject) => worker.once("message", resolve).once("error", reject)),
  );
  const all = await Promise.all([echo(), ...totals]);
  await Promise.all(workers.map((worker) => worker.terminate()));
  console.log(`echoed ${all.join(" ")} ${await echo()}`);
} else {
  const total = await echo();
  await waiting();
  await parked();
  parentPort?.postMessage(total);
}

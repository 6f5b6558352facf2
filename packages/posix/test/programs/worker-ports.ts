/** What a worker listened on can be listened on again when it has ended, in whatever way but by `terminate()`. */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { AddressFamily, InternetAddress, SocketType } from "@omnisock/core";
import { Socket } from "../../dist/index.js";
import { parked } from "./common.ts";

async function listen(port: number): Promise<number> {
  const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
  await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, port));
  const listener = await socket.listen();
  listener.unref();
  void listener.accept();
  return listener.localAddress.port;
}

if (isMainThread) {
  for (const how of ["ends", "exits", "throws"]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: how });
    worker.once("error", () => {});
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    const port = await new Promise<number>((resolve) => worker.once("message", resolve));
    worker.postMessage("end");
    await ended;
    console.log(`${how}, and the port is free: ${(await listen(port)) === port}`);
  }
} else {
  parentPort?.once("message", () => {
    if (workerData === "exits") process.exit(0);
    if (workerData === "throws") throw new Error("nobody catches this");
  });
  const port = await listen(0);
  await parked();
  parentPort?.postMessage(port);
}

/** Calls that block a worker are ended from outside: by shutting down what they wait for. */
import { setTimeout } from "node:timers";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { AddressFamily, SocketError, SocketShutdown, SocketType } from "@omnisock/core";
import { Socket, socketPair } from "../../dist/sync/index.js";

/** Until the worker has said that it is about to block, and some time more; had it not blocked yet, the call would end at once. */
async function blocks(worker: Worker): Promise<void> {
  await new Promise((resolve) => worker.once("message", resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
}

function shutDownOutside(fd: number): void {
  const outside = Socket.adopt(fd);
  outside.shutdown(SocketShutdown.BOTH);
  // The worker is to close it.
  outside.detach();
}

if (isMainThread) {
  const [near, far] = socketPair();
  const listener = new Socket(AddressFamily.INET, SocketType.STREAM).listen();
  const fds = { stream: near.detach(), listener: listener.detach() };
  const worker = new Worker(new URL(import.meta.url), { workerData: fds });
  const failed = new Promise<never>((_, reject) => worker.once("error", reject));
  await Promise.race([blocks(worker), failed]);
  shutDownOutside(fds.stream);
  await Promise.race([blocks(worker), failed]);
  shutDownOutside(fds.listener);
  const ended = await new Promise<string>((resolve) => worker.once("message", resolve));
  console.log(ended);
  far.close();
} else {
  const { stream, listener } = workerData as { stream: number; listener: number };
  const receiving = Socket.adopt(stream);
  parentPort?.postMessage("about to receive");
  const length = receiving.receive(new Uint8Array(8));
  receiving.close();
  const accepting = Socket.adopt(listener);
  parentPort?.postMessage("about to accept");
  let code = "a connection";
  try {
    accepting.accept().close();
  } catch (error) {
    code = error instanceof SocketError ? error.code : String(error);
  }
  accepting.close();
  parentPort?.postMessage(`receive gave ${length}, accept gave ${code}`);
}

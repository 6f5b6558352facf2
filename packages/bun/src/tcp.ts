import { connect } from "node:net";
import type { ConnectRequest, StreamHandle, StreamSink } from "@omnisock/core";
import type { Socket } from "bun";
import { BunStream, handlers } from "./bun-stream.ts";

/**
 * Connects by `node:net`, and goes on with the socket of Bun's own that is beneath it: nothing ends a pending `Bun.connect()`,
 * which holds the process until the kernel gives up.
 *
 * Source: https://bun.com/docs/runtime/networking/tcp#hot-reloading
 */
export function connectTcp(
  { to, from, signal }: ConnectRequest,
  connected: (handle: StreamHandle) => StreamSink,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const pending = connect({
      host: to.host,
      port: to.port,
      ...(from === undefined ? {} : { localAddress: from.host, localPort: from.port }),
      allowHalfOpen: true,
    });
    // Before it connects: else it reads as soon as it has.
    pending.pause();
    const abort = (): void => {
      pending.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    pending.once("error", reject);
    pending.once("connect", () => {
      signal.removeEventListener("abort", abort);
      const socket = (pending as unknown as { _handle: Socket<BunStream> })._handle;
      BunStream.open(socket, connected, { on: to });
      socket.reload({ socket: handlers });
      resolve();
    });
  });
}

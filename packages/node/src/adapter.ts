/**
 * The adapter on `node:net`.
 *
 * What Node cannot do: stop accepting, so that the kernel's backlog fills (connections that nobody accepts yet wait, paused,
 * in the process); give a stream's write a count (it takes all, and core waits for the drain).
 *
 * Source: https://nodejs.org/api/net.html, https://nodejs.org/api/dns.html
 */
import { lookup } from "node:dns/promises";
import { connect, createServer } from "node:net";
import {
  type Adapter,
  AddressFamily,
  type ConnectRequest,
  type ListenHandle,
  type ListenRequest,
  type ListenSink,
  numericAddress,
  type StreamHandle,
  type StreamSink,
} from "@omnisock/core";
import { intoSharedBuffer, NodeStream, onread } from "./node-stream.ts";

export const adapter: Adapter = {
  name: "node",
  supports: new Set(["reset", "connect-from", "backlog"]),

  connect({ to, from, signal }: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
    return new Promise((resolve, reject) => {
      const reads = onread();
      const socket = connect({
        host: to.host,
        port: to.port,
        ...(from === undefined ? {} : { localAddress: from.host, localPort: from.port }),
        allowHalfOpen: true,
        onread: reads,
      });
      // Before it connects: else Node reads ahead without being asked.
      socket.pause();
      const abort = (): void => {
        socket.destroy();
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        signal.removeEventListener("abort", abort);
        socket.off("error", reject);
        new NodeStream(socket, reads).open(connected);
        resolve();
      });
    });
  },

  listen({ at, backlog }: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void> {
    return new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
      server.once("error", reject);
      server.listen({ host: at.host, port: at.port, backlog }, () => {
        const bound = server.address();
        if (bound === null || typeof bound === "string")
          return reject(new Error("node:net gave the listener no address"));
        const sink = listening({
          local: numericAddress(bound.address, bound.port),
          resume: () => {},
          pause: () => {},
          // The descriptor is closed within the call; the callback would wait for every connection.
          close: async () => void server.close(),
          ref: () => void server.ref(),
          unref: () => void server.unref(),
        });
        server.unref();
        server.off("error", reject);
        server.on("error", (error) => sink.failed(error));
        server.on("connection", (accepted) => {
          const { socket, reads } = intoSharedBuffer(accepted);
          new NodeStream(socket, reads).open((handle) => sink.connection(handle));
        });
        resolve();
      });
    });
  },

  async resolve(host: string, family: AddressFamily): Promise<string[]> {
    const found = await lookup(host, { all: true, family: family === AddressFamily.INET ? 4 : 6, order: "verbatim" });
    return found.map(({ address }) => address);
  },
};

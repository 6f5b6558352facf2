/**
 * The adapter on `node:net`.
 *
 * What Node cannot do: stop accepting, so that the kernel's backlog fills (connections that nobody accepts yet wait, paused,
 * in the process); give a stream's write a count (it takes all, and core waits for the drain).
 *
 * Source: https://nodejs.org/api/net.html, https://nodejs.org/api/dns.html
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import {
  type Adapter,
  type Address,
  CodedError,
  type ConnectRequest,
  isUnspecified,
  type ListenHandle,
  type ListenRequest,
  type ListenSink,
  lacksInterface,
  numericAddress,
  SocketFile,
  type StreamHandle,
  type StreamSink,
  UnixAddress,
} from "@omnisock/core";
import { aliases, resolve, reverse } from "./names.ts";
import { NodeDatagrams } from "./node-datagrams.ts";
import { endsOf, intoSharedBuffer, NodeStream, onreadOf } from "./node-stream.ts";
import { interfaces, options } from "./options.ts";
import { checkPermitted } from "./permitted.ts";
import { socketFiles } from "./socket-files.ts";

export const adapter: Adapter = {
  name: "node",
  options,
  supports: new Set([
    "reset",
    "connect-from",
    "backlog",
    "datagrams",
    "datagram-errors",
    "unix",
    "unix-files",
    "unix-abstract",
  ]),

  connect({ to, from, signal }: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
    return new Promise((resolve, reject) => {
      checkPermitted();
      // libuv would choose an interface, and wait there for minutes.
      if (lacksInterface(to)) throw new CodedError("EINVAL", new Error(`Which interface? For example ${to.host}%eth0`));
      const isUnix = to instanceof UnixAddress;
      const socket: Socket = connect({
        ...(isUnix ? { path: to.path } : { host: to.host, port: to.port }),
        ...(from === undefined ? {} : { localAddress: from.host, localPort: from.port }),
        allowHalfOpen: true,
        onread: onreadOf(() => socket),
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
        new NodeStream(socket, isUnix ? { local: UnixAddress.UNNAMED, remote: to } : endsOf(socket), connected);
        resolve();
      });
    });
  },

  listen({ at, backlog, options }: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void> {
    return new Promise((resolve, reject) => {
      checkPermitted();
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
      const file = at instanceof UnixAddress ? new SocketFile(at, socketFiles) : undefined;
      const failed = (cause: unknown): void => reject(file === undefined ? cause : file.explain(cause));
      server.once("error", failed);
      const place =
        file === undefined
          ? { host: at.host, port: at.port, ipv6Only: options.IPV6_V6ONLY, reusePort: options.SO_REUSEPORT }
          : { path: file.boundPath };
      server.listen({ ...place, backlog }, () => {
        try {
          file?.publish();
        } catch (cause) {
          server.close();
          return reject(cause);
        }
        const local = file === undefined ? addressOf(server) : at;
        // That of all its connections, unless it listens at every address.
        const theirs = isUnspecified(local) ? undefined : local;
        const sink = listening({
          local,
          resume: () => {},
          pause: () => {},
          // The descriptor is closed within the call; the callback would wait for every connection.
          close: async () => {
            file?.remove();
            server.close();
          },
          ref: () => void server.ref(),
          unref: () => void server.unref(),
        });
        server.unref();
        server.off("error", failed);
        server.on("error", (error) => sink.failed(error));
        server.on("connection", (accepted) => {
          // Before its handle moves: what is asked for here is not kept with the connection.
          const ends = file === undefined ? endsOf(accepted, theirs) : { local, remote: UnixAddress.UNNAMED };
          new NodeStream(intoSharedBuffer(accepted), ends, (handle) => sink.connection(handle));
        });
        resolve();
      });
    });
  },

  bind: NodeDatagrams.bind,

  resolve,
  reverse,
  aliases,
  interfaces,
};

function addressOf(server: Server): Address {
  const { address, port } = server.address() as AddressInfo;
  return numericAddress(address, port);
}

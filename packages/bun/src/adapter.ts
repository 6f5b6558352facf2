/**
 * The adapter on `Bun.listen`, `Bun.connect` and, where a connect must be able to end early, `node:net`.
 *
 * What Bun cannot do: a kernel backlog other than 512; stop accepting, so that the backlog fills (connections that nobody
 * accepts yet wait, paused, in the process).
 *
 * Source: https://bun.com/docs/runtime/networking/tcp, https://bun.com/docs/runtime/networking/dns
 */
import {
  type Adapter,
  type ConnectRequest,
  isUnspecified,
  type ListenHandle,
  type ListenRequest,
  type ListenSink,
  numericAddress,
  type StreamHandle,
  type StreamSink,
  UnixAddress,
} from "@omnisock/core";
import { BunDatagrams } from "./bun-datagrams.ts";
import { BunStream, descriptorOf, type Ends, handlers } from "./bun-stream.ts";
import { aliases, resolve, reverse } from "./names.ts";
import { interfaces, options } from "./options.ts";
import { connectTcp } from "./tcp.ts";
import { connectUnix, listenUnix } from "./unix.ts";
import { unlessFull } from "./unless-full.ts";

export const adapter: Adapter = {
  name: "bun",
  options,
  supports: new Set(["reset", "connect-from", "datagrams", "datagram-errors", "unix", "unix-files", "unix-abstract"]),

  connect(request: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
    return unlessFull(() =>
      request.to instanceof UnixAddress ? connectUnix(request.to, connected) : connectTcp(request, connected),
    );
  },

  listen(request: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void> {
    return unlessFull(() =>
      request.at instanceof UnixAddress ? listenUnix(request.at, listening) : listenTcp(request, listening),
    );
  },

  bind: BunDatagrams.bind,

  resolve,
  reverse,
  aliases,
  interfaces,
};

function listenTcp({ at, options }: ListenRequest, listening: (handle: ListenHandle) => ListenSink): void {
  let sink: ListenSink | undefined;
  let ends: Ends = { on: at };
  // Bun's types do not have these; `exclusive` would make it ignore `reusePort`.
  const early = { ipv6Only: options.IPV6_V6ONLY, reusePort: options.SO_REUSEPORT, exclusive: !options.SO_REUSEPORT };
  const listener = Bun.listen<BunStream>({
    hostname: at.host,
    port: at.port,
    ...early,
    allowHalfOpen: true,
    socket: {
      ...handlers,
      open: (socket) => BunStream.open(socket, (handle) => (sink as ListenSink).connection(handle), ends),
    },
  });
  listener.unref();
  const local = numericAddress(at.host, listener.port);
  // That of all its connections, unless it listens at every address.
  if (!isUnspecified(local)) ends = { ...ends, local };
  sink = listening({
    local,
    fd: descriptorOf(listener),
    resume: () => {},
    pause: () => {},
    close: async () => listener.stop(),
    ref: () => listener.ref(),
    unref: () => listener.unref(),
  });
}

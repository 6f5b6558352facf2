/**
 * The adapter on `Bun.listen` and `Bun.connect`.
 *
 * What Bun cannot do: a kernel backlog other than 512; stop accepting, so that the backlog fills (connections that nobody
 * accepts yet wait, paused, in the process); end a pending connect (core lets go of it, and closes it if it succeeds).
 *
 * Source: https://bun.com/docs/runtime/networking/tcp, https://bun.com/docs/runtime/networking/dns
 */
import {
  type Adapter,
  AddressFamily,
  CodedError,
  type ConnectRequest,
  type ListenHandle,
  type ListenRequest,
  type ListenSink,
  numericAddress,
  type StreamHandle,
  type StreamSink,
} from "@omnisock/core";
import { BunStream, handlers } from "./bun-stream.ts";

export const adapter: Adapter = {
  name: "bun",
  supports: new Set(["reset", "connect-from"]),

  async connect({ to, from }: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
    await Bun.connect<BunStream>({
      hostname: to.host,
      port: to.port,
      ...(from === undefined ? {} : { localAddress: from.host, localPort: from.port }),
      allowHalfOpen: true,
      socket: { ...handlers, open: (socket) => BunStream.open(socket, connected) },
    });
  },

  async listen({ at }: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void> {
    let sink: ListenSink | undefined;
    const listener = Bun.listen<BunStream>({
      hostname: at.host,
      port: at.port,
      exclusive: true,
      allowHalfOpen: true,
      socket: {
        ...handlers,
        open: (socket) => BunStream.open(socket, (handle) => (sink as ListenSink).connection(handle)),
      },
    });
    listener.unref();
    sink = listening({
      local: numericAddress(at.host, listener.port),
      resume: () => {},
      pause: () => {},
      close: async () => listener.stop(),
      ref: () => listener.ref(),
      unref: () => listener.unref(),
    });
  },

  async resolve(host: string, family: AddressFamily): Promise<string[]> {
    try {
      const found = await Bun.dns.lookup(host, { family: family === AddressFamily.INET ? 4 : 6 });
      return found.map(({ address }) => address);
    } catch (cause) {
      const { code } = cause as { code?: unknown };
      throw new CodedError(code === "DNS_ENOTFOUND" ? "ENOTFOUND" : "EAI_AGAIN", cause);
    }
  },
};

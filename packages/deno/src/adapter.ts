/**
 * The adapter on `Deno.listen` and `Deno.connect`.
 *
 * What Deno cannot do: reset a connection; connect from a chosen local address.
 *
 * Source: https://docs.deno.com/api/deno/network
 */
import { lookup } from "node:dns/promises";
import {
  type Adapter,
  AddressFamily,
  type ConnectRequest,
  type ListenHandle,
  type ListenRequest,
  type ListenSink,
  type StreamHandle,
  type StreamSink,
} from "@omnisock/core";
import { DenoListener } from "./deno-listener.ts";
import { DenoStream } from "./deno-stream.ts";

export const adapter: Adapter = {
  name: "deno",
  supports: new Set(["backlog"]),

  async connect({ to, signal }: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
    const conn = await Deno.connect({ hostname: to.host, port: to.port, signal });
    new DenoStream(conn).open(connected);
  },

  async listen({ at, backlog }: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void> {
    const listener = Deno.listen({ hostname: at.host, port: at.port, tcpBacklog: backlog });
    new DenoListener(listener).open(listening);
  },

  // `Deno.resolveDns` asks name servers only; this asks the system, hosts file included.
  async resolve(host: string, family: AddressFamily): Promise<string[]> {
    const found = await lookup(host, { all: true, family: family === AddressFamily.INET ? 4 : 6, order: "verbatim" });
    return found.map(({ address }) => address);
  },
};

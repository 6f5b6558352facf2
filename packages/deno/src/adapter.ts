/**
 * The adapter on `Deno.listen` and `Deno.connect`.
 *
 * What Deno cannot do: reset a connection; connect from a chosen local address.
 *
 * Source: https://docs.deno.com/api/deno/network
 */
import {
  type Adapter,
  CodedError,
  type ConnectRequest,
  type ListenHandle,
  type ListenRequest,
  type ListenSink,
  numericAddress,
  SocketFile,
  type StreamHandle,
  type StreamSink,
  scopedAs,
  UnixAddress,
} from "@omnisock/core";
import { DenoDatagrams } from "./deno-datagrams.ts";
import { DenoListener } from "./deno-listener.ts";
import { DenoStream } from "./deno-stream.ts";
import { aliases, resolve, reverse } from "./names.ts";
import { interfaces, options } from "./options.ts";
import { permitted } from "./permitted.ts";
import { socketFiles } from "./socket-files.ts";
import { withWrongType } from "./wrong-type.ts";

/** Deno has datagrams only when it is started with `--unstable-net`. */
const hasDatagrams = typeof Deno.listenDatagram === "function";

export const adapter: Adapter = {
  name: "deno",
  options,
  supports: new Set([
    "backlog",
    "backlog-fills",
    "unix",
    "unix-files",
    "unix-abstract",
    ...(hasDatagrams ? (["datagrams", "unix-datagrams"] as const) : []),
  ]),

  async connect({ to, signal }: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
    // Deno calls port 0 out of range; elsewhere the kernel is asked, and nobody listens there.
    if (!(to instanceof UnixAddress) && to.port === 0) throw new CodedError("ECONNREFUSED");
    const conn = await permitted<Deno.TcpConn | Deno.UnixConn>(() =>
      to instanceof UnixAddress ? connectUnix(to) : Deno.connect({ hostname: to.host, port: to.port, signal }),
    );
    new DenoStream(conn, { remote: to, on: to }).open(connected);
  },

  async listen(
    { at, backlog, options }: ListenRequest,
    listening: (handle: ListenHandle) => ListenSink,
  ): Promise<void> {
    await permitted(() => {
      if (at instanceof UnixAddress) return listenUnix(at, listening);
      const listener = Deno.listen({
        hostname: at.host,
        port: at.port,
        tcpBacklog: backlog,
        reusePort: options.SO_REUSEPORT,
      });
      new DenoListener(listener, scopedAs(numericAddress(listener.addr.hostname, listener.addr.port), at)).open(
        listening,
      );
    });
  },

  bind: DenoDatagrams.bind,

  resolve,
  reverse,
  aliases,
  interfaces,
};

async function connectUnix({ path }: UnixAddress): Promise<Deno.UnixConn> {
  try {
    return await Deno.connect({ transport: "unix", path });
  } catch (cause) {
    throw withWrongType(cause);
  }
}

function listenUnix(at: UnixAddress, listening: (handle: ListenHandle) => ListenSink): void {
  const file = new SocketFile(at, socketFiles);
  const listener = Deno.listen({ transport: "unix", path: file.boundPath });
  try {
    file.publish();
  } catch (cause) {
    listener.close();
    throw cause;
  }
  new DenoListener(listener, at, file).open(listening);
}

/** A connection whose runtime is the test: it says what arrives, and sees what is asked of it. */
import {
  type Adapter,
  AddressFamily,
  type Connection,
  InternetAddress,
  SocketType,
  type StreamHandle,
  type StreamSink,
  socketClass,
} from "../dist/index.js";

export interface FakeConnection {
  readonly socket: Connection;
  readonly sink: StreamSink;
  /** What was asked of the runtime, in order. */
  readonly told: ("ref" | "unref")[];
}

const at = new InternetAddress("192.0.2.1", 7);

export async function fakeConnection(
  write: StreamHandle["write"] = (bytes) => bytes.byteLength,
): Promise<FakeConnection> {
  const told: FakeConnection["told"] = [];
  const sinks: StreamSink[] = [];
  const handle: StreamHandle = {
    local: at,
    remote: at,
    draining: false,
    write,
    shutdown() {},
    resume() {},
    pause() {},
    close: () => sinks[0]?.closed(),
    reset: () => sinks[0]?.closed(),
    setOption() {},
    ref: () => void told.push("ref"),
    unref: () => void told.push("unref"),
  };
  const adapter = {
    supports: new Set(),
    async connect(_: unknown, connected: (handle: StreamHandle) => StreamSink) {
      sinks.push(connected(handle));
    },
  } as unknown as Adapter;
  const socket = await new (socketClass(adapter))(AddressFamily.INET, SocketType.STREAM).connect(at);
  const [sink] = sinks;
  if (sink === undefined) throw new Error("The socket connected without the adapter");
  return { socket, sink, told };
}

/** What no case sees, or sees only as a call that hangs: an adapter that breaks its contract with core. */
import { type Adapter, SocketShutdown, type StreamHandle, type StreamSink } from "@omnisock/core";
import { memoryAdapter } from "@omnisock/core/memory";
import { describe, expect, test } from "vitest";
import { type Case, runCase } from "../dist/index.js";
import { StreamBetween, withStreams } from "./faults/stream-between.ts";

const memory = memoryAdapter();
const LIMIT = 200;

/** Makes a connection, sends, receives to the end, and closes. Leaves no call behind that nobody waits for. */
const one: Case = {
  id: "stream",
  title: "a connection carries what was sent",
  source: "RFC 9293",
  async run(fixture) {
    const listener = await fixture.listener();
    const accepted = listener.accept().then((connection) => fixture.own(connection));
    const [client, server] = await Promise.all([fixture.socket().connect(listener.localAddress), accepted]);
    await client.sendAll(new Uint8Array(5));
    await client.shutdown(SocketShutdown.SEND);
    let received = 0;
    for await (const chunk of server) received += chunk.byteLength;
    if (received !== 5) throw new Error(`${received} bytes came`);
  },
};

/** What the suite says of an adapter. */
async function verdict(adapter: Adapter): Promise<string> {
  try {
    return await runCase(one, adapter, LIMIT);
  } catch (error) {
    return `${(error as Error).message}\n${(error as Error).cause}`;
  }
}

/** The in-memory adapter whose `connect()` is another. */
function connecting(connect: (...args: Parameters<Adapter["connect"]>) => unknown): Adapter {
  return { ...memory, connect: connect as Adapter["connect"] };
}

/** The in-memory adapter, each of whose connections has some methods of its own, on either side. */
function streaming(own: (between: StreamBetween, core: () => StreamSink) => object): Adapter {
  class Between extends StreamBetween {
    constructor(inner: StreamHandle) {
      super(inner);
      Object.assign(
        this,
        own(this, () => this.core),
      );
    }
  }
  return withStreams(memory, Between);
}

const BROKEN: readonly (readonly [what: string, adapter: Adapter, says: string])[] = [
  [
    "returns no promise",
    connecting((...args) => void memory.connect(...args)),
    "connect() returned undefined, no promise",
  ],
  ["never calls back", connecting(async () => {}), "connect() resolved, and had not called its callback"],
  [
    "calls back twice",
    connecting((request, connected) =>
      memory.connect(request, (handle) => [connected(handle), connected(handle)][1] as StreamSink),
    ),
    "connect() called its callback more than once",
  ],
  [
    "gives no handle",
    connecting(async (_, connected) => void connected(undefined as unknown as StreamHandle)),
    "a callback was called with undefined in place of a connection's handle",
  ],
  ["lacks a method", streaming(() => ({ ref: undefined })), "a connection's handle has no ref()"],
  [
    "throws",
    streaming(() => ({
      resume: () => {
        throw new Error("not now");
      },
    })),
    "a connection's resume() threw Error: not now",
  ],
  [
    "does not say what it took",
    streaming((to) => ({ write: (bytes: Uint8Array) => void StreamBetween.prototype.write.call(to, bytes, false) })),
    "bytes returned undefined, no count of them",
  ],
  [
    "closes twice",
    streaming((_, core) => ({ closed: () => [core().closed(), core().closed()] })),
    "closed() came after closed()",
  ],
  ["ends twice", streaming((_, core) => ({ end: () => [core().end(), core().end()] })), "end() came after end()"],
  [
    "goes on after the end",
    streaming((_, core) => ({ end: () => [core().end(), core().data(new Uint8Array(1), true)] })),
    "data() came after end()",
  ],
  [
    "receives text",
    streaming((_, core) => ({ data: () => core().data("text" as unknown as Uint8Array, true) })),
    'data() was called with "text", no Uint8Array',
  ],
  [
    "never closes",
    streaming(() => ({ closed() {} })),
    "its sockets do not close\na connection's closed() has not come, after close()",
  ],
  ["never makes room", streaming(() => ({ write: () => 0 })), "a connection's writable() has not come"],
  [
    "never has a listener closed",
    {
      ...memory,
      listen: (request, listening) =>
        memory.listen(request, (handle) => {
          handle.close = () => new Promise(() => {});
          return listening(handle);
        }),
    },
    "a listener's close() has not settled",
  ],
];

describe("runCase()", () => {
  test("a right adapter passes, also behind another that passes everything on", async () => {
    expect(await verdict(memory)).toBe("pass");
    expect(await verdict(withStreams(memory, StreamBetween))).toBe("pass");
  });

  test.concurrent.each(BROKEN)("says so of an adapter that %s", async (_, adapter, says) => {
    expect(await verdict(adapter)).toContain(says);
  });

  test("a case that hangs says how its sockets are", async () => {
    const said = await verdict(connecting(() => new Promise(() => {})));
    expect(said).toContain(`did not end within ${LIMIT} ms\nconnect() has not settled\n`);
    expect(said).toMatch(/^a socket is LISTENING at 127\.0\.0\.1:\d+$/m);
    expect(said).toMatch(/^a socket is CONNECTING$/m);
  });
});

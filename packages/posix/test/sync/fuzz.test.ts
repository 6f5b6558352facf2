/** Whatever is handed in, and in whatever state a socket is: the answer is a value or an error that says so, never a crash. */
import * as core from "@omnisock/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as sync from "../../dist/sync/index.js";
import { Boaster, detached } from "../support.ts";

type Anything = (...values: unknown[]) => unknown;

function shrunk(): Uint8Array {
  const buffer = new ArrayBuffer(4096, { maxByteLength: 8192 });
  const bytes = new Uint8Array(buffer, 1024, 2048);
  buffer.resize(512);
  return bytes;
}

function grown(): Uint8Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 65_536 });
  const bytes = new Uint8Array(buffer);
  buffer.resize(60_000);
  return bytes;
}

const forgedAddress: unknown = Object.assign(Object.create(core.InternetAddress.prototype), {
  family: "INET",
  host: "not.four.numbers.at.all",
  port: 1e9,
  isNumeric: true,
});
const longPath: unknown = Object.create(core.UnixAddress.prototype, {
  family: { value: "UNIX" },
  path: { value: "x".repeat(5000) },
  isNumeric: { value: true },
});
const forgedOption = (name: unknown, level: unknown): unknown => ({
  name,
  level,
  isReadable: true,
  check: (v: unknown) => v,
});

const values: unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  0.5,
  64,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n,
  -1n,
  2n ** 80n,
  "",
  "text",
  "127.0.0.1",
  Symbol("s"),
  {},
  [],
  [1, 2, 3],
  () => 7,
  new Date(),
  new Uint8Array(0),
  new Uint8Array(1),
  new Uint8Array(70_000),
  new Uint8Array(new SharedArrayBuffer(4096)),
  new Uint8Array(4096).subarray(4090),
  detached(),
  shrunk(),
  grown(),
  new Boaster(new ArrayBuffer(8)),
  Object.create(Uint8Array.prototype),
  new DataView(new ArrayBuffer(8)),
  new ArrayBuffer(8),
  new Float64Array(8),
  new Uint8ClampedArray(8),
  { length: 1e9, byteLength: 1e9 },
  new core.InternetAddress("127.0.0.1", 9),
  new core.InternetAddress("255.255.255.255", 65_535),
  new core.InternetAddress(0),
  new core.Internet6Address("::1", 9),
  new core.Internet6Address("fe80::1%999999", 9),
  core.UnixAddress.UNNAMED,
  core.UnixAddress.abstract("omnisock-fuzz"),
  new core.UnixAddress("/no/such/path"),
  new core.UnknownAddress(99, new Uint8Array(3)),
  forgedAddress,
  longPath,
  { family: "INET", host: "127.0.0.1", port: 1, isNumeric: true },
  "INET",
  "INET6",
  "UNIX",
  "STREAM",
  "DGRAM",
  "SEQPACKET",
  "SEND",
  "RECEIVE",
  "BOTH",
  [{ bytes: new Uint8Array(3) }, { bytes: new Uint8Array(3), to: new core.InternetAddress("127.0.0.1", 9) }],
  [{ bytes: detached() }, { bytes: shrunk() }, { bytes: new Boaster(new ArrayBuffer(8)) }],
  [{ bytes: new Uint8Array(3), to: forgedAddress }, null],
  new sync.DatagramBatch({ datagrams: 2, bytes: 3 }),
  Object.create(sync.DatagramBatch.prototype),
  ...Object.entries({ ...core, ...sync })
    .filter(([name]) => /^(SO|TCP|IP|IPV6|UDP)_/.test(name))
    .map(([, option]) => option),
  forgedOption("SO_LINGER", "SOL_SOCKET"),
  forgedOption("SO_RCVTIMEO", "SOL_SOCKET"),
  forgedOption("SO_RCVBUF", "NO_SUCH_LEVEL"),
  forgedOption("__proto__", "SOL_SOCKET"),
  forgedOption("AF_UNIX", "SOL_SOCKET"),
  forgedOption(5, 6),
  forgedOption("IP_ADD_MEMBERSHIP", "IPPROTO_IP"),
  forgedOption("IPV6_JOIN_GROUP", "IPPROTO_IPV6"),
  { group: "239.1.1.1", interface: "lo" },
  { group: "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17" },
  { group: "::".repeat(9) },
  { bytes: new Uint8Array(3), descriptors: [1 << 20] },
  { bytes: new Uint8Array(3), descriptors: new Uint8Array(3) },
  { bytes: detached(), descriptors: [Number.NaN, -1] },
  { bytes: shrunk(), descriptors: [] },
  { bytes: new Uint8Array(3), credentials: { pid: -1, uid: 0.5, gid: "x" } },
  { bytes: new Uint8Array(3), credentials: { pid: 2 ** 31, uid: 2 ** 32, gid: 0 } },
  { seconds: 5 },
  { seconds: "5" },
  { timeout: 0 },
  { timeout: -1 },
];

/** Those that neither wait for long nor touch a descriptor that is not theirs. */
const verbs = [
  "bind",
  "listen",
  "accept",
  "connect",
  "send",
  "trySend",
  "sendAll",
  "sendTo",
  "trySendTo",
  "receive",
  "receiveExactly",
  "tryReceive",
  "sendMessage",
  "receiveMessage",
  "sendMany",
  "receiveMany",
  "receiveBatch",
  "receiveFrom",
  "tryReceiveFrom",
  "getOption",
  "setOption",
  "shutdown",
  "close",
] as const;
const properties = [
  "fd",
  "isClosed",
  "blocking",
  "localAddress",
  "remoteAddress",
  "isAtMark",
  "peerCredentials",
  "tcpInfo",
] as const;

/** A socket in one of the states that there are; nothing that is called on it waits. */
function sockets(): sync.Socket[] {
  const { INET, INET6, UNIX } = core.AddressFamily;
  const { STREAM, DGRAM, SEQPACKET } = core.SocketType;
  const fresh = [INET, INET6, UNIX].flatMap((family) => [STREAM, DGRAM].map((type) => new sync.Socket(family, type)));
  const listening = new sync.Socket(INET, STREAM);
  listening.bind(new core.InternetAddress("127.0.0.1", 0));
  listening.listen(1);
  const connected = new sync.Socket(INET, STREAM).connect(listening.localAddress as core.Address);
  const shut = new sync.Socket(INET, STREAM).connect(listening.localAddress as core.Address);
  shut.shutdown(core.SocketShutdown.BOTH);
  const closed = new sync.Socket(INET, STREAM);
  const all = [
    ...fresh,
    listening,
    connected,
    shut,
    ...sync.socketPair(),
    ...sync.socketPair(DGRAM),
    ...sync.socketPair(SEQPACKET),
  ];
  for (const socket of all) socket.blocking = false;
  closed.close();
  return [...all, closed];
}

/** An error that says what is wrong. */
function isFair(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof core.SocketError;
}

function attempt(call: () => unknown): void {
  try {
    const made = call();
    // Only what `accept()` or a constructor has just made is blocking.
    if (made instanceof sync.Socket && made.blocking) made.close();
  } catch (error) {
    if (!isFair(error)) throw error;
  }
}

const value = fc.constantFrom(...values);

test("every verb takes anything in any state, and the process lives", { timeout: 120_000 }, () => {
  const step = fc.record({
    socket: fc.nat(30),
    verb: fc.constantFrom(...verbs),
    values: fc.array(value, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const all = sockets();
      try {
        for (const { socket: index, verb, values } of steps) {
          const socket = all[index % all.length] as sync.Socket;
          attempt(() => (socket[verb] as Anything).apply(socket, values));
          for (const property of properties) attempt(() => socket[property]);
        }
      } finally {
        for (const socket of all) socket.close();
      }
    }),
    { numRuns: 400 },
  );
});

test("every pair of values, handed to every verb, is a value or a fair error", { timeout: 120_000 }, () => {
  let calls = 0;
  for (const verb of verbs) {
    const all = sockets();
    try {
      for (const socket of all) {
        for (const first of values) {
          attempt(() => (socket[verb] as Anything)(first, values[calls++ % values.length]));
        }
      }
    } finally {
      for (const socket of all) socket.close();
    }
  }
  expect(calls).toBeGreaterThan(10_000);
});

test("what makes sockets or watches them takes anything", () => {
  const functions: Anything[] = [
    (...given) => Reflect.construct(sync.Socket, given),
    (...given) => Reflect.construct(sync.SocketSet, given),
    sync.socketPair as Anything,
    sync.rawSocket as Anything,
    (...given) => Reflect.construct(sync.DatagramBatch, given),
    (first, second) => (sync.select as Anything)(first, second, null, { timeout: 0 }),
    (first) =>
      (sync.select as Anything)([], [], [], { timeout: typeof first === "number" && first > 0 ? 0 : (first ?? 0) }),
    (first, second) => (sync.poll as Anything)(first ?? [], typeof second === "number" ? Math.min(second, 1) : 0),
    (first, second) => (sync.poll as Anything)([{ socket: sockets()[0], events: first }], second === undefined ? 0 : 1),
  ];
  const one = sockets()[0];
  for (const call of functions) {
    for (const first of [...values, one, [one], [one, null], [[one]]]) {
      for (const second of [undefined, null, one, [one], 1, "x"]) attempt(() => call(first, second));
    }
  }
  for (const wrong of values.filter((one) => typeof one !== "number" || one > 1 << 20 || one < 0)) {
    expect(() => sync.Socket.adopt(wrong as number)).toThrow();
  }
  expect(isFair(new Error("no"))).toBe(false);
});

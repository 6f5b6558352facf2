/** Whatever is handed to sockets with promises, in whatever state: a value or an error that says so, never a crash. */
import * as core from "@omnisock/core";
import { expect, test } from "vitest";
import * as posix from "../dist/index.js";
import { socketPair } from "../dist/sync/index.js";
import { Boaster, detached, loopback } from "./support.ts";

type Anything = (...values: unknown[]) => unknown;

const { INET, INET6, UNIX } = core.AddressFamily;
const { STREAM, DGRAM, SEQPACKET } = core.SocketType;

const values: unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  0.5,
  1 << 20,
  2 ** 31,
  2 ** 53,
  Number.NaN,
  10n,
  "text",
  Symbol("s"),
  {},
  [],
  () => 7,
  new Uint8Array(0),
  new Uint8Array(70_000),
  new Uint8Array(new SharedArrayBuffer(64)),
  detached(),
  new Boaster(new ArrayBuffer(8)),
  Object.create(Uint8Array.prototype),
  new core.InternetAddress("127.0.0.1", 9),
  new core.Internet6Address("::1", 9),
  core.UnixAddress.abstract("omnisock-fuzz-promises"),
  { bytes: new Uint8Array(3), descriptors: [1 << 20] },
  { bytes: detached(), descriptors: [Number.NaN] },
  { bytes: new Boaster(new ArrayBuffer(8)), to: new core.InternetAddress("127.0.0.1", 9) },
  { bytes: new Uint8Array(3), to: new core.InternetAddress("no.such.host.invalid", 9) },
  { bytes: new Uint8Array(3), credentials: { pid: -1, uid: 0, gid: 0 } },
  [{ bytes: new Uint8Array(3) }],
  [{ bytes: new Boaster(new ArrayBuffer(8)), to: new core.InternetAddress("127.0.0.1", 9) }],
  { timeout: 0 },
  { timeout: -1 },
  { timeout: 0, descriptors: 300, flags: 2 ** 31 },
  { timeout: 0, descriptors: 2, flags: posix.MSG_ERRQUEUE },
  { timeout: 0, signal: AbortSignal.abort(new TypeError("aborted")) },
  ...Object.entries({ ...core, ...posix })
    .filter(([name]) => /^(SO|TCP|IP|IPV6|UDP)_/.test(name))
    .map(([, option]) => option),
];

const verbs = ["send", "trySend", "sendAll", "sendTo", "trySendTo", "tryReceive", "sendMany", "setOption", "getOption"];
const functions: readonly Anything[] = [
  posix.sendMessage as Anything,
  posix.fdOf as Anything,
  (socket, into) => posix.receiveMessage(socket as core.Socket, into as Uint8Array, { timeout: 0 }),
  (socket, options) =>
    posix.receiveMessage(socket as core.Socket, new Uint8Array(4), { timeout: 0, ...Object(options) }),
];

/** Sockets in the states that there are. */
async function sockets(): Promise<core.Socket[]> {
  const fresh = [INET, INET6, UNIX].flatMap((family) => [STREAM, DGRAM].map((type) => new posix.Socket(family, type)));
  const bound = new posix.Socket(INET, DGRAM);
  await bound.bind(loopback);
  const listening = new posix.Socket(INET, STREAM);
  await listening.bind(loopback);
  await listening.listen(1);
  const connected = new posix.Socket(INET, STREAM);
  await connected.connect(listening.localAddress as core.Address);
  const closed = new posix.Socket(INET, STREAM);
  await closed.close();
  const pairs = [STREAM, DGRAM, SEQPACKET].flatMap((type) => socketPair(type)).map((one) => posix.adopt(one.detach()));
  const all = [...fresh, bound, listening, connected, closed, ...pairs] as core.Socket[];
  for (const socket of all) socket.blocking = false;
  return all;
}

function isFair(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof core.SocketError;
}

async function attempt(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isFair(error)) throw error;
  }
}

test("every verb and function takes anything in any state, and the process lives", { timeout: 120_000 }, async () => {
  let calls = 0;
  const all = await sockets();
  for (const socket of all) {
    for (const first of values) {
      for (const verb of verbs) {
        const method = (socket as unknown as Record<string, Anything>)[verb] as Anything;
        await attempt(() => method.call(socket, first, values[calls++ % values.length]));
      }
      for (const call of functions) await attempt(() => call(socket, first, { timeout: 0 }));
    }
  }
  await Promise.all(all.map((socket) => socket.close()));
  expect(calls).toBeGreaterThan(5000);
});

test("functions take what is no socket, and no descriptor", async () => {
  for (const value of values) {
    for (const call of functions) await attempt(() => call(value, new Uint8Array(1)));
    expect(() => posix.detach(value as core.Socket)).toThrow();
    // 0 is the process's own, and no socket, or perhaps one: not to be adopted here.
    if (value === 0) continue;
    await attempt(() => posix.setOptionOn(value as number, core.SO_RCVBUF, 1));
    await attempt(() => posix.getOptionOn(value as number, core.SO_RCVBUF));
    expect(() => posix.adopt(value as number)).toThrow();
    await attempt(() => (posix.rawSocket as Anything)(value, value));
  }
});

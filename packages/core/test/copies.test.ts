/** What is promised to be copied is copied of a Node `Buffer`, too, whose `slice()` is a view. */
import { expect, test } from "vitest";
import { FrameOutput } from "../dist/framing/frame-output.js";
import { Decoder, delimited, lengthPrefixed } from "../dist/framing/index.js";
import { type Address, AddressFamily, InternetAddress, SocketType } from "../dist/index.js";
import { memorySockets } from "../dist/memory.js";
import { fakeConnection } from "./fake-connection.ts";
import { connectedPair } from "./framing/pair.ts";

/** All runtimes have it, the types of none are here. */
const { Buffer } = globalThis as unknown as { Buffer: { from(bytes: readonly number[]): Uint8Array } };

const LENT_BYTES = 16384;
const one = (): Uint8Array => Buffer.from([1]);

test("a long frame that may not be lent is copied", () => {
  const frame = Buffer.from(Array(LENT_BYTES).fill(1));
  const output = new FrameOutput(() => false);
  output.add(lengthPrefixed(), frame);
  frame.fill(2);
  expect(output.take().at(-1)).toEqual(new Uint8Array(LENT_BYTES).fill(1));
});

test("a delimiter is copied", () => {
  const delimiter = one();
  const codec = delimited(delimiter);
  delimiter.fill(2);
  expect([...new Decoder(codec).push(Uint8Array.of(7, 1))]).toEqual([Uint8Array.of(7)]);
});

test("bytes that were sent in memory are copied", async () => {
  const [client, peer] = await connectedPair();
  const bytes = one();
  expect(client.trySend(bytes)).toBe(1);
  bytes.fill(2);
  const into = new Uint8Array(1);
  await peer.receive(into);
  expect(into[0]).toBe(1);
  await Promise.all([client.close(), peer.close()]);
});

test("a datagram that was sent in memory is copied", async () => {
  await using socket = new (memorySockets())(AddressFamily.INET, SocketType.DGRAM);
  await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
  const bytes = one();
  const sent = socket.sendTo(bytes, socket.localAddress as Address);
  bytes.fill(2);
  await sent;
  expect((await socket.receiveMany())[0]?.bytes).toEqual(Uint8Array.of(1));
});

test("bytes that a runtime lent are copied, for a call that waits and for later ones", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  const chunk = socket[Symbol.asyncIterator]().next();
  for (const bytes of [one(), one()]) {
    sink.data(bytes, false);
    bytes.fill(2);
  }
  expect((await chunk).value).toEqual(Uint8Array.of(1));
  const into = new Uint8Array(1);
  expect(socket.tryReceive(into)).toBe(1);
  expect(into[0]).toBe(1);
});

test("what a call whose time is up gives back is copied", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  const end = new AbortController();
  const buffer = Buffer.from([0, 0]);
  const call = socket.receiveExactly(buffer, { signal: end.signal });
  sink.data(Uint8Array.of(1), false);
  end.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
  buffer.fill(2);
  const into = new Uint8Array(1);
  expect(socket.tryReceive(into)).toBe(1);
  expect(into[0]).toBe(1);
});

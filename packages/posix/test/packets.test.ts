/** Packets over a connection: SOCK_SEQPACKET. */
import {
  AddressFamily,
  type Socket as BerkeleySocket,
  type Connection,
  type Listener,
  SO_SNDBUF,
  SO_TYPE,
  SocketType,
  select,
  UnixAddress,
} from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { adopt, Socket } from "../dist/index.js";
import { Socket as SyncSocket, socketPair } from "../dist/sync/index.js";
import { codeOf, read, text } from "./support.ts";

const { SEQPACKET } = SocketType;
const somewhere = (): UnixAddress => UnixAddress.abstract(`omnisock-packets-${crypto.randomUUID()}`);
const into = new Uint8Array(64);

async function connected(): Promise<[BerkeleySocket, BerkeleySocket]> {
  const at = somewhere();
  const server = new Socket(AddressFamily.UNIX, SEQPACKET);
  await server.bind(at);
  const listener: Listener = await server.listen();
  const client = new Socket(AddressFamily.UNIX, SEQPACKET);
  const [accepted] = await Promise.all([listener.accept(), client.connect(at)]);
  await listener.close();
  return [client, accepted];
}

describe("with promises, packets", () => {
  test("arrive one a call, in order, whether a call waits or not", async () => {
    const [one, two] = await connected();
    expect([two.type, two.getOption(SO_TYPE), two.state]).toEqual([SEQPACKET, SEQPACKET, "CONNECTED"]);
    const waiting = [two.receive(into), two.receive(new Uint8Array(64))];
    for (const word of ["a", "bb", "ccc", "dddd"]) expect(await one.send(text(word))).toBe(word.length);
    expect(await Promise.all(waiting)).toEqual([1, 2]);
    expect([await two.receive(into), read(into, 3)]).toEqual([3, "ccc"]);
    expect(await two.receiveFrom(into)).toEqual({ byteLength: 4, from: two.remoteAddress, isTruncated: false });
    await one.close();
    expect(await two.receive(into)).toBe(0);
    await two.close();
  });

  test("longer than the buffer are cut, and it is said where there is a place for it", async () => {
    const [one, two] = await connected();
    const short = new Uint8Array(2);
    const waiting = two.receive(short);
    for (let count = 0; count < 4; count++) await one.sendAll(text("0123456789"));
    expect(await waiting).toBe(2);
    expect(await two.receiveFrom(short)).toMatchObject({ byteLength: 2, isTruncated: true });
    expect(await two.receive(short)).toBe(2);
    expect(await select([two], null, null)).toBe(1);
    expect(two.tryReceiveFrom(short)).toMatchObject({ byteLength: 2, isTruncated: true });
    await one.sendAll(text("x"));
    expect(await two.receive(short)).toBe(1);
    await Promise.all([one.close(), two.close()]);
  });

  test("are whole however large, wait for room, and are refused beyond what the kernel lets through", async () => {
    const [one, two] = await connected();
    const large = new Uint8Array(100_000).map((_, index) => index);
    const sending = (async () => {
      for (let count = 0; count < 20; count++) await one.sendAll(large);
    })();
    const room = new Uint8Array(200_000);
    for (let count = 0; count < 20; count++) {
      expect(await two.receive(room)).toBe(100_000);
      expect(large.every((byte, index) => byte === room[index])).toBe(true);
    }
    await sending;
    expect(await codeOf(() => one.send(new Uint8Array(10_000_000)))).toBe("EMSGSIZE");
    expect(await codeOf(() => one.trySend(new Uint8Array(10_000_000)))).toBe("EMSGSIZE");
    expect(await one.send(text("goes on"))).toBe(7);
    expect(await two.receive(room)).toBe(7);
    await Promise.all([one.close(), two.close()]);
  });

  test("are what iterating gives, and no byte stream", async () => {
    const [one, two] = (await connected()) as [Connection, Connection];
    for (const word of ["one", "two"]) await one.sendAll(text(word));
    await one.close();
    const words: string[] = [];
    for await (const packet of two) words.push(read(packet, packet.length));
    expect(words).toEqual(["one", "two"]);
    expect(await codeOf(() => two.readable)).toBe("EOPNOTSUPP");
    await two.close();
  });

  test("go through an adopted socket; a stream's socket cannot be connected to", async () => {
    const [near, far] = socketPair(SEQPACKET);
    const adopted = adopt(far.detach());
    expect(adopted.type).toBe(SEQPACKET);
    near.send(text("adopted"));
    expect(await adopted.receive(into)).toBe(7);
    near.close();
    await adopted.close();
    const at = somewhere();
    const server = new Socket(AddressFamily.UNIX, SEQPACKET);
    await server.bind(at);
    await server.listen();
    expect(await codeOf(() => new Socket(AddressFamily.UNIX, SocketType.STREAM).connect(at))).toBe("ECONNREFUSED");
    await server.close();
    expect(await codeOf(() => new Socket(AddressFamily.INET, SEQPACKET))).toBe("EPROTONOSUPPORT");
  });
});

test("long ones are received whole, also by who does not wait yet", async () => {
  const [near, far] = socketPair(SEQPACKET);
  const receiver = adopt(far.detach()) as unknown as Connection;
  near.setOption(SO_SNDBUF, 4_000_000);
  // As long as it may be here: what a sender's buffer has room for.
  const length = Math.min(1_500_000, near.getOption(SO_SNDBUF) / 2 - 1000);
  expect(length).toBeGreaterThan(65_536);
  const long = new Uint8Array(length).fill(7);
  near.send(long);
  const room = new Uint8Array(length + 1);
  expect(await receiver.receiveFrom(room)).toMatchObject({ byteLength: length, isTruncated: false });
  expect(room.lastIndexOf(7)).toBe(length - 1);
  near.send(long);
  near.close();
  const packets = [];
  for await (const packet of receiver) packets.push(packet.length);
  expect(packets).toEqual([length]);
  await receiver.close();
});

describe("blocking, packets", () => {
  test("arrive one a call, and are cut where there is no room", () => {
    using server = new SyncSocket(AddressFamily.UNIX, SEQPACKET);
    const at = somewhere();
    server.bind(at);
    server.listen();
    using client = new SyncSocket(AddressFamily.UNIX, SEQPACKET).connect(at);
    using accepted = server.accept();
    expect([accepted.type, accepted.getOption(SO_TYPE)]).toEqual([SEQPACKET, SEQPACKET]);
    for (const word of ["one", "three", ""]) client.send(text(word));
    expect(accepted.receive(into)).toBe(3);
    expect(accepted.receiveFrom(into.subarray(0, 2))).toMatchObject({ byteLength: 2, isTruncated: true });
    expect(accepted.receiveMessage(into)).toMatchObject({ byteLength: 0, isTruncated: false });
    expect(() => client.send(new Uint8Array(10_000_000))).toThrow("EMSGSIZE");
  });
});

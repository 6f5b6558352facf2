import { rmSync } from "node:fs";
import { AddressFamily, Internet6Address, SO_SNDBUF, SocketType, UnixAddress, WOULD_BLOCK } from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { MSG_PEEK, MSG_TRUNC, Socket, socketPair } from "../../dist/sync/index.js";
import { loopback, read, text } from "../support.ts";
import { addressOf, codeOf, datagrams } from "./support.ts";

const room = new Uint8Array(1024);

describe("datagrams", () => {
  test("go to an address and say where they came from, empty ones too", () => {
    using one = datagrams();
    using two = datagrams();
    expect(one.sendTo(text("ping"), addressOf(two))).toBe(4);
    expect(two.receiveFrom(room)).toEqual({ byteLength: 4, from: one.localAddress, isTruncated: false });
    one.sendTo(new Uint8Array(0), addressOf(two));
    expect(two.receiveFrom(new Uint8Array(0))).toEqual({ byteLength: 0, from: one.localAddress, isTruncated: false });
    expect(two.tryReceiveFrom(room)).toBe(WOULD_BLOCK);
  });

  test("that are too long for the buffer are cut, and it is said", () => {
    using one = datagrams();
    using two = datagrams();
    one.sendTo(text("0123456789"), addressOf(two));
    expect(two.receive(room.subarray(0, 4), MSG_PEEK | MSG_TRUNC), "the true length").toBe(10);
    const received = two.receiveFrom(room.subarray(0, 4));
    expect(received).toMatchObject({ byteLength: 4, isTruncated: true });
    expect(read(room, 4)).toBe("0123");
    expect(two.tryReceive(room), "the rest is lost").toBe(WOULD_BLOCK);
  });

  test("longer than a datagram can be are EMSGSIZE, without a peer EDESTADDRREQ", () => {
    using socket = datagrams();
    expect(codeOf(() => socket.sendTo(new Uint8Array(65_508), addressOf(socket)))).toBe("EMSGSIZE");
    expect(codeOf(() => socket.send(text("whither")))).toBe("EDESTADDRREQ");
  });

  test("of a connected socket hear that nobody receives", () => {
    using gone = datagrams();
    const to = addressOf(gone);
    using socket = datagrams();
    socket.connect(to);
    gone.close();
    socket.send(text("anybody?"));
    expect(codeOf(() => socket.receive(room))).toBe("ECONNREFUSED");
  });

  test("over IPv6 tell the sender's address", () => {
    using one = new Socket(AddressFamily.INET6, SocketType.DGRAM);
    one.bind(new Internet6Address("::1", 0));
    using two = new Socket(AddressFamily.INET6, SocketType.DGRAM);
    two.bind(new Internet6Address("::1", 0));
    two.sendTo(text("six"), addressOf(one));
    expect(one.receiveFrom(room).from).toEqual(two.localAddress);
    expect(codeOf(() => one.sendTo(text("four"), loopback))).toBe("EAFNOSUPPORT");
  });
});

describe("Unix datagrams", () => {
  test("have names that begin with a byte order mark", () => {
    const name = `\uFEFFomnisock-${crypto.randomUUID()}`;
    for (const at of [UnixAddress.abstract(name), new UnixAddress(name)]) {
      using one = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
      one.bind(at);
      rmSync(name, { force: true });
      expect(one.localAddress).toEqual(at);
    }
  });

  test("have names, and an unnamed sender is unnamed", () => {
    const name = UnixAddress.abstract(`omnisock-datagram-${crypto.randomUUID()}`);
    using one = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
    one.bind(name);
    using two = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
    two.sendTo(text("hello"), name);
    expect(one.receiveFrom(room)).toEqual({ byteLength: 5, from: UnixAddress.UNNAMED, isTruncated: false });
    one.sendTo(new Uint8Array(0), name);
    expect(one.receiveFrom(room)).toEqual({ byteLength: 0, from: name, isTruncated: false });
  });

  test("to nobody are ENOENT or ECONNREFUSED, and a full queue would block", () => {
    using socket = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
    expect(codeOf(() => socket.sendTo(text("x"), new UnixAddress(`/tmp/${crypto.randomUUID()}`)))).toBe("ENOENT");
    const [one, two] = socketPair(SocketType.DGRAM);
    one.setOption(SO_SNDBUF, 100_000);
    let sent = 0;
    while (one.trySend(text("x")) !== WOULD_BLOCK) sent++;
    expect(sent).toBeGreaterThan(1);
    for (let received = 0; received < sent; received++) expect(two.receive(room)).toBe(1);
    two.close();
    expect(codeOf(() => one.send(text("x")))).toBe("ECONNREFUSED");
    one.close();
  });
});

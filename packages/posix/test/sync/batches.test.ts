import { AddressFamily, Internet6Address, SO_RCVBUF, SO_RCVTIMEO, SocketType, UnixAddress } from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { groupDatagrams } from "../../dist/options.js";
import { DatagramBatch, MSG_DONTWAIT, MSG_PEEK, poll, Socket, socketPair, UDP_SEGMENT } from "../../dist/sync/index.js";
import { descriptorOf } from "../../dist/sync/system-socket.js";
import { text } from "../support.ts";
import { addressOf, codeOf, datagrams, tcpPair } from "./support.ts";

const numbered = (index: number, length: number): Uint8Array => new Uint8Array(length).fill(index);

describe("sendMany() and receiveMany()", () => {
  test("carry runs of one length, longer and shorter ones and empty ones, in order and whole", () => {
    using one = datagrams();
    using two = datagrams();
    const to = addressOf(two);
    const lengths = [100, 100, 100, 40, 100, 0, 0, 7, 7, 3000, 3000, 100, 1, 1, 1, 65_507, 2, 2];
    const sent = lengths.map((length, index) => ({ bytes: numbered(index, length), to }));
    two.setOption(SO_RCVBUF, 1 << 20);
    expect(one.sendMany(sent)).toBe(lengths.length);
    const received = [];
    while (received.length < lengths.length) received.push(...two.receiveMany());
    expect(received.map(({ bytes }) => bytes.length)).toEqual(lengths);
    for (const [index, { bytes, from, isTruncated }] of received.entries()) {
      expect(bytes.every((byte) => byte === index)).toBe(true);
      expect([from, isTruncated]).toEqual([one.localAddress, false]);
    }
    expect(codeOf(() => two.receiveMany(1, MSG_DONTWAIT))).toBe("EAGAIN");
  });

  test("receive no more than asked for", () => {
    using one = datagrams();
    using two = datagrams();
    one.connect(addressOf(two));
    expect(one.sendMany([{ bytes: text("a") }, { bytes: text("bb") }, { bytes: text("c") }])).toBe(3);
    expect(two.receiveMany(2)).toMatchObject([{ bytes: text("a") }, { bytes: text("bb") }]);
    expect(two.receiveMany()).toMatchObject([{ bytes: text("c") }]);
  });

  test("give each datagram bytes that nobody else writes, in buffers of 64 KiB at most", () => {
    using one = datagrams();
    using two = datagrams();
    one.connect(addressOf(two));
    const sent = [0, 1, 64, 65, 1000, 1001, 40_000, 40_000].map((length, at) => new Uint8Array(length).fill(at + 1));
    expect(one.sendMany(sent.map((bytes) => ({ bytes })))).toBe(sent.length);
    const received = two.receiveMany().map(({ bytes }) => bytes);
    expect(one.sendMany([{ bytes: text("the next") }])).toBe(1);
    expect(two.receiveMany()).toHaveLength(1);
    for (const [at, bytes] of received.entries()) {
      expect(bytes).toEqual(sent[at]);
      expect(bytes.buffer.byteLength).toBeLessThanOrEqual(65_536);
      bytes.fill(0);
    }
    expect(received.map(({ length }) => length)).toEqual(sent.map(({ length }) => length));
  });

  test("that are used again while somebody goes over them end with what came last", () => {
    using one = datagrams();
    using two = datagrams();
    one.connect(addressOf(two));
    const batch = new DatagramBatch();
    expect(one.sendMany([{ bytes: text("a") }, { bytes: text("b") }, { bytes: text("c") }])).toBe(3);
    expect(two.receiveBatch(batch)).toBe(3);
    const iterator = batch[Symbol.iterator]();
    iterator.next();
    iterator.next();
    expect(one.sendMany([{ bytes: text("d") }])).toBe(1);
    expect(two.receiveBatch(batch)).toBe(1);
    expect(iterator.next().done).toBe(true);
    expect([...batch]).toMatchObject([{ bytes: text("d") }]);
  });

  test("stop at what cannot be sent, and say it when it is the first", () => {
    using one = datagrams();
    using two = datagrams();
    const to = addressOf(two);
    const good = { bytes: text("good"), to };
    const bad = { bytes: new Uint8Array(65_508), to };
    expect(one.sendMany([good, good, bad, good])).toBe(2);
    expect(codeOf(() => one.sendMany([bad, good]))).toBe("EMSGSIZE");
    expect(codeOf(() => one.sendMany([{ bytes: text("whither") }]))).toBe("EDESTADDRREQ");
    expect(one.sendMany([])).toBe(0);
  });

  test("leave what is only peeked at, which is one message", () => {
    using one = datagrams();
    using two = datagrams();
    one.connect(addressOf(two));
    expect(one.sendMany([{ bytes: text("a") }, { bytes: text("bb") }])).toBe(2);
    expect(two.receiveMany(64, MSG_PEEK)).toMatchObject([{ bytes: text("a") }]);
    const batch = new DatagramBatch();
    expect(two.receiveBatch(batch, MSG_PEEK)).toBe(1);
    expect([...batch]).toMatchObject([{ bytes: text("a") }]);
    expect([...two.receiveMany(1), ...two.receiveMany(1)]).toMatchObject([{ bytes: text("a") }, { bytes: text("bb") }]);
  });

  test("keep the lengths of several whatever UDP_SEGMENT says, which a datagram alone is segmented by", () => {
    using one = datagrams();
    using two = datagrams();
    const datagram = { bytes: new Uint8Array(25), to: addressOf(two) };
    one.setOption(UDP_SEGMENT, 10);
    const lengths = (count: number): number[] => Array.from({ length: count }, () => two.receive(new Uint8Array(64)));
    expect(one.sendMany([datagram, datagram, datagram])).toBe(3);
    expect(lengths(3)).toEqual([25, 25, 25]);
    expect(one.sendMany([datagram])).toBe(1);
    expect(lengths(3)).toEqual([10, 10, 5]);
  });

  test("say what came back for an earlier datagram, once, as send() does", () => {
    using one = datagrams();
    using nobody = datagrams();
    one.connect(addressOf(nobody));
    // Whoever is connected elsewhere is not there for others.
    nobody.connect(addressOf(nobody));
    const [a, b] = [{ bytes: text("a") }, { bytes: text("bb") }];
    for (const next of [[a], [a, b], [a, a, b]]) {
      expect(one.sendMany([a])).toBe(1);
      expect(poll([{ socket: one, events: 0 }], 10_000)).toBe(1);
      expect(codeOf(() => one.sendMany(next))).toBe("ECONNREFUSED");
    }
    nobody.connect(addressOf(one));
    expect(one.sendMany([a, b])).toBe(2);
    expect([nobody.receiveMany(1), nobody.receiveMany(1)]).toMatchObject([[a], [b]]);
  });

  test("carry more than one call takes, over IPv6, too", () => {
    using one = new Socket(AddressFamily.INET6, SocketType.DGRAM);
    using two = new Socket(AddressFamily.INET6, SocketType.DGRAM);
    two.bind(new Internet6Address("::1", 0));
    one.bind(new Internet6Address("::1", 0));
    two.setOption(SO_RCVBUF, 1 << 20);
    two.setOption(SO_RCVTIMEO, 10_000);
    const to = addressOf(two);
    for (let round = 0; round < 3; round++) {
      const sent = Array.from({ length: 300 }, (_, index) => ({ bytes: numbered(index % 251, 20 + (index % 3)), to }));
      expect(one.sendMany(sent)).toBe(300);
      const received = [];
      while (received.length < 300) received.push(...two.receiveMany(100));
      expect(received.map(({ bytes }) => bytes)).toEqual(sent.map(({ bytes }) => bytes));
    }
  });

  test("carry Unix datagrams", () => {
    const [one, two] = socketPair(SocketType.DGRAM);
    expect(one.sendMany([{ bytes: text("one") }, { bytes: text("two") }])).toBe(2);
    expect(two.receiveMany().map(({ bytes, from }) => [bytes, from])).toEqual([
      [text("one"), UnixAddress.UNNAMED],
      [text("two"), UnixAddress.UNNAMED],
    ]);
    one.close();
    two.close();
  });

  test("are no verbs of a stream, and refuse what they cannot take", () => {
    const [client, server] = tcpPair();
    expect(codeOf(() => client.sendMany([]))).toBe("EOPNOTSUPP");
    expect(codeOf(() => server.receiveMany())).toBe("EOPNOTSUPP");
    client.close();
    server.close();
    using one = datagrams();
    expect(codeOf(() => one.sendMany("x" as never))).toBe("TypeError");
    expect(codeOf(() => one.sendMany([{ bytes: "x" as never }]))).toBe("TypeError");
    expect(codeOf(() => one.receiveMany(0))).toBe("RangeError");
    expect(codeOf(() => one.receiveBatch({} as never))).toBe("TypeError");
  });
});

describe("DatagramBatch", () => {
  test("holds what came last, and says what was cut", () => {
    using one = datagrams();
    using two = datagrams();
    const to = addressOf(two);
    const batch = new DatagramBatch({ datagrams: 3, bytes: 4 });
    one.sendMany([text("1234"), text("12345"), text(""), text("x")].map((bytes) => ({ bytes, to })));
    expect(two.receiveBatch(batch)).toBe(3);
    expect(batch.length).toBe(3);
    expect([...batch].map(({ bytes, isTruncated }) => [bytes.length, isTruncated])).toEqual([
      [4, false],
      [4, true],
      [0, false],
    ]);
    expect(two.receiveBatch(batch)).toBe(1);
    expect([...batch]).toEqual([{ bytes: text("x"), from: one.localAddress, isTruncated: false }]);
  });

  test("is taken apart where the kernel has grouped datagrams", () => {
    using one = datagrams();
    using two = datagrams();
    const to = addressOf(two);
    expect(groupDatagrams(descriptorOf(two))).toBe(true);
    const sent = Array.from({ length: 60 }, (_, index) => ({ bytes: numbered(index, index === 59 ? 5 : 9), to }));
    expect(one.sendMany(sent)).toBe(60);
    const batch = new DatagramBatch({ datagrams: 64, bytes: 65_536 });
    expect(two.receiveBatch(batch), "one message for all").toBe(1);
    expect(batch.length).toBe(60);
    expect([...batch].map(({ bytes }) => bytes)).toEqual(sent.map(({ bytes }) => bytes));
    expect(one.sendMany(sent)).toBe(60);
    expect(two.receiveMany().map(({ bytes }) => bytes)).toEqual(sent.map(({ bytes }) => bytes));
  });

  test("is taken apart also after it was a Unix socket's", () => {
    const [near, far] = socketPair(SocketType.DGRAM);
    using one = datagrams();
    using two = datagrams();
    const to = addressOf(two);
    expect(groupDatagrams(descriptorOf(two))).toBe(true);
    const batch = new DatagramBatch({ bytes: 65_536 });
    const sent = Array.from({ length: 3 }, (_, index) => ({ bytes: numbered(index, 9), to }));
    for (let round = 0; round < 2; round++) {
      near.send(text("unix"));
      expect(far.receiveBatch(batch)).toBe(1);
      expect([...batch]).toMatchObject([{ bytes: text("unix") }]);
      expect(one.sendMany(sent)).toBe(3);
      expect(two.receiveBatch(batch)).toBe(1);
      expect([...batch].map(({ bytes }) => bytes)).toEqual(sent.map(({ bytes }) => bytes));
    }
    near.close();
    far.close();
  });

  test("leaves alone the memory of a datagram that was transferred, and takes other", () => {
    const [one, two] = socketPair(SocketType.DGRAM);
    const batch = new DatagramBatch({ datagrams: 2, bytes: 8 });
    for (let round = 1; round < 4; round++) {
      one.send(numbered(round, 8));
      expect(two.receiveBatch(batch)).toBe(1);
      const [{ bytes } = { bytes: text("none") }] = batch;
      const { byteOffset, buffer } = bytes;
      const kept = new Uint8Array(structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }), byteOffset, 8);
      one.send(numbered(round + 100, 8));
      expect(two.receiveBatch(batch)).toBe(1);
      expect([...batch].map(({ bytes }) => bytes)).toEqual([numbered(round + 100, 8)]);
      expect(kept).toEqual(numbered(round, 8));
    }
    one.close();
    two.close();
  });

  test("is of a size within reason", () => {
    expect(codeOf(() => new DatagramBatch({ datagrams: 0 }))).toBe("RangeError");
    expect(codeOf(() => new DatagramBatch({ bytes: 1.5 }))).toBe("RangeError");
    expect(codeOf(() => new DatagramBatch({ bytes: 1 << 21 }))).toBe("RangeError");
    expect([...new DatagramBatch()]).toEqual([]);
  });
});

import { readdirSync } from "node:fs";
import { memoryUsage } from "node:process";
import { AddressFamily, InternetAddress, SO_RCVBUF, SocketType } from "@omnisock/core";
import { expect, test } from "vitest";
import { DatagramBatch, MSG_PEEK, POLLIN, poll, Socket, socketPair } from "../dist/sync/index.js";

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;
const MEBIBYTE = 1 << 20;
/** Far more than what a runtime takes for itself, far less than a few bytes lost with each of a million calls. */
const MOST_GROWTH = 100 * MEBIBYTE;

function callALot(rounds: number): void {
  const [one, two] = socketPair();
  const datagrams = new Socket(AddressFamily.INET, SocketType.DGRAM);
  datagrams.bind(new InternetAddress("127.0.0.1", 0));
  const to = datagrams.localAddress as InternetAddress;
  const bytes = new Uint8Array(100);
  const into = new Uint8Array(200);
  const many = Array.from({ length: 8 }, () => new Uint8Array(100));
  const batch = new DatagramBatch();
  for (let round = 0; round < rounds; round++) {
    one.send(bytes);
    two.receive(into, MSG_PEEK);
    two.receive(into);
    two.tryReceive(into);
    datagrams.sendTo(bytes, to);
    datagrams.receiveFrom(into);
    datagrams.getOption(SO_RCVBUF);
    poll([{ socket: two, events: POLLIN }], 0);
    one.sendMessage({ bytes, descriptors: [] });
    two.receiveMessage(into);
    if (round % 10 !== 0) continue;
    datagrams.sendMany(many.map((bytes) => ({ bytes, to })));
    datagrams.receiveBatch(batch);
    datagrams.sendMany(many.map((bytes) => ({ bytes, to })));
    datagrams.receiveMany();
  }
  for (const socket of [one, two, datagrams]) socket.close();
}

test("a million calls leak neither memory nor descriptors", { timeout: 120_000 }, () => {
  callALot(10_000);
  const descriptors = openDescriptors();
  const before = memoryUsage().rss;
  callALot(100_000);
  expect(memoryUsage().rss - before).toBeLessThan(MOST_GROWTH);
  expect(openDescriptors()).toBeLessThanOrEqual(descriptors + 2);
});

test("10,000 sockets that were opened, passed on or refused leave no descriptor open", { timeout: 120_000 }, () => {
  const descriptors = openDescriptors();
  for (let round = 0; round < 2500; round++) {
    const [one, two] = socketPair();
    one.sendMessage({ bytes: new Uint8Array(1), descriptors: [one.fd] });
    for (const fd of two.receiveMessage(new Uint8Array(1), 1).descriptors) Socket.adopt(fd).close();
    const refused = new Socket(AddressFamily.INET, SocketType.STREAM);
    expect(() => refused.connect(new InternetAddress("127.0.0.1", 1))).toThrow("ECONNREFUSED");
    refused.close();
    one.close();
    two.close();
  }
  expect(openDescriptors()).toBeLessThanOrEqual(descriptors + 2);
});

test.each([SocketType.DGRAM, SocketType.SEQPACKET])(
  "receiveMany() and receiveBatch() of %s keep no descriptor that came along",
  (type) => {
    const [one, two] = socketPair(type);
    const batch = new DatagramBatch();
    const message = { bytes: Uint8Array.of(1), descriptors: new Array<number>(20).fill(one.fd) };
    const take = [() => two.receiveMany(), () => (two.receiveBatch(batch), [...batch])];
    const descriptors = openDescriptors();
    for (let round = 0; round < 50; round++) {
      for (const received of take) {
        one.sendMessage(message);
        expect(received().map(({ bytes }) => bytes)).toEqual([message.bytes]);
      }
    }
    expect(openDescriptors()).toBeLessThanOrEqual(descriptors + 2);
    one.close();
    two.close();
  },
);

import { AddressFamily, SocketType } from "@omnisock/core";
import { expect, test } from "vitest";
import {
  MSG_OOB,
  POLLHUP,
  POLLIN,
  POLLOUT,
  poll,
  Socket,
  SocketSet,
  select,
  socketPair,
} from "../../dist/sync/index.js";
import { system } from "../../dist/system.js";
import { text } from "../support.ts";
import { addressOf, codeOf, listener, tcpPair } from "./support.ts";

/** Of fcntl(2) and poll(2). */
const F_DUPFD = 0;
const POLLNVAL = 32;

test("select() keeps what is ready, in sets and in arrays", () => {
  using server = listener();
  const readable = new SocketSet([server]);
  expect(select(readable, null, null, { timeout: 0 })).toBe(0);
  expect(readable.size).toBe(0);
  using client = new Socket(AddressFamily.INET, SocketType.STREAM).connect(addressOf(server));
  readable.add(server);
  const writable = [client];
  const readableToo = [client];
  expect(select(readable, writable)).toBe(2);
  expect([readable.isSet(server), writable.length]).toEqual([true, 1]);
  expect(select(readableToo, null, null, { timeout: 1 })).toBe(0);
  expect(readableToo).toEqual([]);
});

test("select() has urgent data in its third set", () => {
  const [client, server] = tcpPair();
  client.send(text("!"), MSG_OOB);
  const urgent = [server, client];
  expect(select(null, null, urgent)).toBe(1);
  expect(urgent).toEqual([server]);
  client.close();
  server.close();
});

test("select() of nothing waits as long as it is told", () => {
  const started = performance.now();
  expect(select([], [], [], { timeout: 30 })).toBe(0);
  expect(performance.now() - started).toBeGreaterThanOrEqual(29);
});

test("select() takes 1,500 sockets, beyond C's FD_SETSIZE", () => {
  const pairs = Array.from({ length: 750 }, () => socketPair());
  try {
    pairs[700]?.[0].sendAll(text("x"));
    const readable = pairs.flat();
    expect(select(readable)).toBe(1);
    expect(readable[0]).toBe(pairs[700]?.[1]);
  } finally {
    for (const socket of pairs.flat()) socket.close();
  }
});

test("poll() tells each socket's events", () => {
  const [one, two] = socketPair();
  const entries = [
    { socket: one, events: POLLIN | POLLOUT, revents: 0 },
    { socket: two, events: POLLIN, revents: 0 },
  ];
  expect(poll(entries, 0)).toBe(1);
  expect(entries.map(({ revents }) => revents)).toEqual([POLLOUT, 0]);
  two.close();
  entries.pop();
  expect(poll(entries)).toBe(1);
  expect((entries[0]?.revents ?? 0) & POLLHUP).toBe(POLLHUP);
  one.close();
  expect(codeOf(() => poll(entries))).toBe("EBADF");
  expect(codeOf(() => select([one]))).toBe("EBADF");
});

test("select() throws where somebody else has closed a descriptor, which poll() tells", () => {
  const { libc } = system();
  const [one, two] = socketPair();
  // A number far above those that anything else in this process is given.
  const number = libc.fcntl(one.fd, F_DUPFD, 900);
  const lost = Socket.adopt(number);
  libc.close(number);
  const readable = [two, lost];
  expect(codeOf(() => select(readable, null, null, { timeout: 0 }))).toBe("EBADF");
  expect(readable).toEqual([two, lost]);
  const entries = [{ socket: lost, events: POLLIN, revents: 0 }];
  expect(poll(entries, 0)).toBe(1);
  expect(entries[0]?.revents).toBe(POLLNVAL);
  lost.detach();
  one.close();
  two.close();
});

test("poll() refuses events beyond those that there are", () => {
  const [one, two] = socketPair();
  for (const events of [-1, 0.5, 1 << 20, 2 ** 32, 2 ** 53]) {
    expect(
      codeOf(() => poll([{ socket: one, events }], 0)),
      String(events),
    ).toBe("RangeError");
  }
  one.close();
  two.close();
});

import {
  AddressFamily,
  type DatagramSocket,
  InternetAddress,
  SocketType,
  UnixAddress,
  WOULD_BLOCK,
} from "@omnisock/core";
import { expect, test, vi } from "vitest";
import { posixHandleOf } from "../dist/adapter/posix-handle.js";
import { adopt, IP_RECVERR, MSG_ERRQUEUE, receiveMessage, Socket, sendMessage } from "../dist/index.js";
import { pollAll } from "../dist/poll.js";
import { Socket as SyncSocket, socketPair } from "../dist/sync/index.js";
import { system } from "../dist/system.js";

async function bound(): Promise<{ socket: DatagramSocket; at: InternetAddress }> {
  const socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
  await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
  return { socket, at: socket.localAddress as InternetAddress };
}

test("receiveMany() takes grouped datagrams apart, keeps what was not asked for, and receive() goes on with it", async () => {
  const [{ socket: one }, { socket: two, at }] = [await bound(), await bound()];
  const sent = Array.from({ length: 60 }, (_, index) => ({ bytes: Uint8Array.of(index, index), to: at }));
  // The kernel is asked to group with the first.
  const first = two.receiveMany(1);
  await one.sendMany(sent.slice(0, 1));
  expect(await first).toMatchObject([{ bytes: sent[0]?.bytes }]);
  for (let round = 0; round < 50; round++) {
    expect(await one.sendMany(sent)).toBe(60);
    const received = [...(await two.receiveMany(7)), ...(await two.receiveMany(1))].map(({ bytes }) => bytes);
    expect(received.length).toBe(8);
    for (let index = 8; index < 20; index++) {
      const into = new Uint8Array(4);
      received.push(into.subarray(0, await two.receive(into)));
    }
    while (received.length < 60) received.push(...(await two.receiveMany()).map(({ bytes }) => bytes));
    expect(received).toEqual(sent.map(({ bytes }) => bytes));
  }
  await one.close();
  await two.close();
});

test("receive() of a socket that groups waits, is woken, and gets one datagram at a time", async () => {
  const [{ socket: one, at: sender }, { socket: two, at }] = [await bound(), await bound()];
  const first = two.receiveMany();
  await one.sendTo(Uint8Array.of(0), at);
  await first;
  const into = new Uint8Array(4);
  const waits = two.receiveFrom(into);
  await one.sendMany([1, 2, 3].map((value) => ({ bytes: Uint8Array.of(value), to: at })));
  expect(await waits).toEqual({ byteLength: 1, from: sender, isTruncated: false });
  expect([into[0], await two.receive(into), into[0], await two.receive(into), into[0]]).toEqual([1, 1, 2, 1, 3]);
  await one.close();
  await two.close();
});

test("receiveMany() under a flood leaves other sockets and timers their turn", async () => {
  const [{ socket: one }, { socket: two, at }] = [await bound(), await bound()];
  const batch = new Array(64).fill({ bytes: new Uint8Array(32), to: at });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 0);
  let received = 0;
  while (ticks < 5) {
    await one.sendMany(batch);
    received += (await two.receiveMany()).length;
  }
  clearInterval(timer);
  expect(received).toBeGreaterThan(0);
  await one.close();
  await two.close();
});

test("receiveMany() hears of what came back, and ends with the socket", async () => {
  const [{ socket: one }, { socket: gone, at }] = [await bound(), await bound()];
  await gone.close();
  await one.connect(at);
  const refused = one.receiveMany();
  await one.send(Uint8Array.of(1));
  await expect(refused).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(one.receiveMany(1, { timeout: 0 })).rejects.toMatchObject({ code: "EAGAIN" });
  const waits = one.receiveMany();
  await one.close();
  await expect(waits).rejects.toMatchObject({ code: "EBADF" });
});

test("sendMany() sends all the same when an earlier datagram came back, which who receives is told", async () => {
  const { socket: one, at } = await bound();
  using nobody = new SyncSocket(AddressFamily.INET, SocketType.DGRAM);
  nobody.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
  const there = nobody.localAddress as InternetAddress;
  await one.connect(there);
  // Whoever is connected elsewhere is not there for others.
  nobody.connect(there);
  const [a, b] = [{ bytes: Uint8Array.of(1) }, { bytes: Uint8Array.of(2, 2) }];
  expect(await one.sendMany([a])).toBe(1);
  const { descriptor } = posixHandleOf(one, "send");
  expect(pollAll([{ descriptor, events: 0 }], 10_000, "recv")).not.toEqual([0]);
  nobody.connect(at);
  expect(await one.sendMany([a, b])).toBe(2);
  await expect(one.receive(new Uint8Array(1), { timeout: 10_000 })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect([nobody.receiveMany(1), nobody.receiveMany(1)]).toMatchObject([[a], [b]]);
  await one.close();
});

test("sendTo() sends all the same when a datagram to somebody else came back, which IP_RECVERR tells of", async () => {
  const [{ socket: one }, { socket: two, at }, { socket: gone, at: nowhere }] = [
    await bound(),
    await bound(),
    await bound(),
  ];
  await gone.close();
  one.setOption(IP_RECVERR, true);
  await one.sendTo(Uint8Array.of(1), nowhere);
  const { descriptor } = posixHandleOf(one, "send");
  expect(pollAll([{ descriptor, events: 0 }], 10_000, "recv")).not.toEqual([0]);
  expect(await one.sendTo(Uint8Array.of(2), at)).toBe(1);
  expect(await two.receive(new Uint8Array(4))).toBe(1);
  const queued = await receiveMessage(one, new Uint8Array(4), { flags: MSG_ERRQUEUE });
  expect([queued.error?.code, queued.from]).toEqual(["ECONNREFUSED", nowhere]);
  await one.close();
  await two.close();
});

test("an adopted socket sends to a peer that has no name", async () => {
  const [near, far] = socketPair(SocketType.DGRAM);
  const socket = adopt(near.detach()) as unknown as DatagramSocket;
  expect(await socket.send(Uint8Array.of(1))).toBe(1);
  expect(socket.trySend(Uint8Array.of(2, 2))).toBe(2);
  expect(await socket.sendMany([{ bytes: Uint8Array.of(3, 3, 3) }])).toBe(1);
  expect(far.receiveMany().map(({ bytes }) => bytes.length)).toEqual([1, 2, 3]);
  await socket.close();
  far.close();
});

test("a Unix socket that is full is sent to again and again, but not all the time", async () => {
  const at = UnixAddress.abstract(crypto.randomUUID());
  using full = new SyncSocket(AddressFamily.UNIX, SocketType.DGRAM);
  full.bind(at);
  const flood = async (send: (socket: DatagramSocket, bytes: Uint8Array) => Promise<unknown>): Promise<void> => {
    const socket = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
    await socket.bind(UnixAddress.abstract(crypto.randomUUID()));
    const { libc } = system();
    const attempts = (["sendto", "sendmsg", "sendmmsg"] as const).map((call) => vi.spyOn(libc, call));
    while (socket.trySendTo(new Uint8Array(8), at) !== WOULD_BLOCK);
    const start = performance.now();
    const sending = send(socket, Uint8Array.of(7));
    await new Promise((resolve) => setTimeout(resolve, 300));
    // All the time would be a hundred in a millisecond.
    expect(attempts.flatMap(({ mock }) => mock.calls).length).toBeLessThan(performance.now() - start);
    vi.restoreAllMocks();
    while (full.tryReceive(new Uint8Array(8)) !== WOULD_BLOCK);
    await sending;
    expect(full.tryReceive(new Uint8Array(8))).toBe(1);
    await socket.close();
  };
  await flood((socket, bytes) => socket.sendTo(bytes, at));
  await flood((socket, bytes) => socket.sendMany([{ bytes, to: at }]));
  await flood((socket, bytes) => sendMessage(socket, { bytes, to: at }));
});

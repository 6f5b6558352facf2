/** Calls that wait for a name, or for the socket to be bound: what ends them. */
import { expect, test, vi } from "vitest";
import {
  type Adapter,
  AddressFamily,
  type DatagramSocket,
  InternetAddress,
  SO_ERROR,
  SO_RCVTIMEO,
  SocketError,
  SocketType,
  select,
  socketClass,
  WOULD_BLOCK,
} from "../dist/index.js";
import { memoryAdapter } from "../dist/memory.js";

const { INET } = AddressFamily;
const { DGRAM, STREAM } = SocketType;
const named = new InternetAddress("slow.example", 7);
const to = new InternetAddress("127.0.0.1", 7);
const into = new Uint8Array(1);

/** The sockets of a runtime whose name server never answers, or which never has a socket bound. */
const unanswering = socketClass({ ...memoryAdapter(), resolve: () => new Promise(() => {}) });
const unbinding = socketClass({ ...memoryAdapter(), bind: () => new Promise(() => {}) });

/** The sockets of a runtime that cannot bind any until `recover()` is called. */
function failing(): { Socket: typeof unbinding; recover(): void } {
  const adapter = memoryAdapter();
  let hasRecovered = false;
  const bind: Adapter["bind"] = async (request, bound) => {
    if (!hasRecovered) throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
    await adapter.bind(request, bound);
  };
  const recover = (): void => {
    hasRecovered = true;
  };
  return { Socket: socketClass({ ...adapter, bind }), recover };
}

const codeOf = ({ code }: SocketError): string => code;

test("calls on a datagram socket that is being bound end when they are aborted", async () => {
  const socket = new unbinding(INET, DGRAM);
  const controller = new AbortController();
  const { signal } = controller;
  const calls = [
    socket.receive(into, { signal }),
    socket.receiveMany(1, { signal }),
    socket.sendTo(into, to, { signal }),
    socket.sendTo(into, to, { signal, timeout: 0 }),
    socket.sendMany([{ bytes: into, to }], { signal }),
    socket.connect(to, { signal }),
  ];
  controller.abort("enough");
  for (const call of calls) await expect(call).rejects.toBe("enough");
});

test("calls on a datagram socket that is being bound end when their time is up", async () => {
  const socket = new unanswering(INET, DGRAM);
  void socket.bind(named).catch(() => {});
  expect(await socket.receive(into, { timeout: 1 }).catch(codeOf)).toBe("EAGAIN");
  expect(await socket.sendTo(into, to, { timeout: 1 }).catch(codeOf)).toBe("EAGAIN");
  expect(await socket.connect(to, { timeout: 1 }).catch(codeOf)).toBe("ETIMEDOUT");
  socket.setOption(SO_RCVTIMEO, 1);
  expect(await socket.receiveMany(1).catch(codeOf)).toBe("EAGAIN");
});

test.each<[string, number, (socket: DatagramSocket) => Promise<unknown>]>([
  ["receive()", 0, (socket) => socket.receive(into)],
  ["receive() with a signal", 0, (socket) => socket.receive(into, { signal: new AbortController().signal })],
  ["receive() with another", 60_000, (socket) => socket.receive(into)],
  ["receiveMany()", 0, (socket) => socket.receiveMany(1)],
])("SO_RCVTIMEO that is set while a socket is being bound counts for %s that waits", async (_, before, call) => {
  const Socket = socketClass(memoryAdapter());
  const socket = new Socket(INET, DGRAM);
  socket.setOption(SO_RCVTIMEO, before);
  const waiting = call(socket);
  socket.setOption(SO_RCVTIMEO, 1);
  expect(await waiting.catch(codeOf)).toBe("EAGAIN");
  await socket.close();
});

test("SO_RCVTIMEO that is taken back while a socket is being bound ends no call", async () => {
  const Socket = socketClass(memoryAdapter());
  const [socket, peer] = [new Socket(INET, DGRAM), new Socket(INET, DGRAM)];
  const binding = socket.bind(new InternetAddress("127.0.0.1", 0));
  socket.setOption(SO_RCVTIMEO, 60_000);
  const limited = socket.receive(into);
  socket.setOption(SO_RCVTIMEO, 0);
  const timers = vi.spyOn(globalThis, "setTimeout");
  await binding;
  expect(timers).not.toHaveBeenCalled();
  timers.mockRestore();
  await peer.sendTo(into, socket.localAddress as InternetAddress);
  expect(await limited).toBe(1);
  await Promise.all([socket.close(), peer.close()]);
});

test("calls on a datagram socket that is being bound are served before those that are made when it is", async () => {
  const Socket = socketClass(memoryAdapter());
  const at = new InternetAddress("127.0.0.1", 0);
  const peer = new Socket(INET, DGRAM);
  await peer.bind(at);
  const peerAt = peer.localAddress ?? at;
  const socket = new Socket(INET, DGRAM);
  const binding = socket.bind(at);
  const sending = socket.sendTo(Uint8Array.of(1), peerAt);
  const [first, second] = [new Uint8Array(1), new Uint8Array(1)];
  const receivingFirst = socket.receive(first);
  await binding;
  const receivingSecond = socket.receive(second);
  await socket.sendTo(Uint8Array.of(2), peerAt);
  await sending;
  const received = [await peer.receiveMany(1), await peer.receiveMany(1)].flat();
  expect(received.map(({ bytes }) => bytes[0])).toEqual([1, 2]);
  for (const { from, bytes } of received) await peer.sendTo(bytes, from);
  await Promise.all([receivingFirst, receivingSecond]);
  expect([first[0], second[0]]).toEqual([1, 2]);
  await Promise.all([socket.close(), peer.close()]);
});

test("close() waits for no name that a datagram socket is to be bound to, nor do the calls that it ends", async () => {
  const socket = new unanswering(INET, DGRAM);
  const calls = [socket.bind(named), socket.receive(into), socket.sendTo(into, to)];
  const codes = Promise.all(calls.map((call) => call.catch(codeOf)));
  await socket.close();
  expect(await codes).toEqual(["EBADF", "EBADF", "EBADF"]);
});

test("close() ends a listen() whose name is being looked up", async () => {
  const socket = new unanswering(INET, STREAM);
  await socket.bind(named);
  const listening = socket.listen().catch(codeOf);
  await socket.close();
  expect(await listening).toBe("EBADF");
});

test("select() wakes for a datagram socket that cannot be bound, and the next call says why", async () => {
  const { Socket, recover } = failing();
  const socket = new Socket(INET, DGRAM);
  const failed = expect.objectContaining({ code: "EMFILE", syscall: "bind" });
  expect(await select([socket])).toBe(1);
  expect(() => socket.tryReceive(into)).toThrow(failed);
  expect(await select([socket])).toBe(1);
  expect(() => socket.trySendTo(into, to)).toThrow(failed);
  expect(await select([socket])).toBe(1);
  expect(socket.getOption(SO_ERROR)).toBe(new SocketError("EMFILE", "bind").errno);
  expect(await select([socket])).toBe(1);
  await expect(socket.receive(into)).rejects.toEqual(failed);
  recover();
  expect(socket.tryReceive(into)).toBe(WOULD_BLOCK);
  expect(await select(null, [socket])).toBe(1);
  await socket.sendTo(into, to);
  await socket.close();
});

/** What the kernel has to say of a socket that nobody receives or sends by: SO_ERROR, and select()'s third set. */
import {
  AddressFamily,
  type Socket as BerkeleySocket,
  type InternetAddress,
  SO_ERROR,
  SocketType,
  select,
} from "@omnisock/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { Socket } from "../dist/index.js";
import { Socket as SyncSocket } from "../dist/sync/index.js";
import { codeOf, loopback, read, text } from "./support.ts";

const { INET } = AddressFamily;
const { STREAM, DGRAM } = SocketType;
const into = new Uint8Array(64);

interface Doomed {
  readonly socket: BerkeleySocket;
  readonly errno: number;
  readonly code: string;
  /** Has its error come, from this machine itself. */
  doom(): void;
}

/** A connection whose peer will reset it, with bytes on the way. */
async function connection(): Promise<Doomed> {
  using listener = new SyncSocket(INET, STREAM);
  listener.bind(loopback);
  listener.listen();
  const client = new Socket(INET, STREAM);
  await client.connect(listener.localAddress as InternetAddress);
  const server = listener.accept();
  await client.send(text("unread"));
  server.sendAll(text("before"));
  onTestFinished(() => client.close());
  const socket = client as unknown as BerkeleySocket;
  return { socket, errno: 104, code: "ECONNRESET", doom: () => server.close() };
}

/** A datagram socket that will send to where nobody receives. */
async function datagrams(): Promise<Doomed> {
  using gone = new SyncSocket(INET, DGRAM);
  gone.bind(loopback);
  const to = gone.localAddress as InternetAddress;
  gone.close();
  const socket = new Socket(INET, DGRAM);
  await socket.connect(to);
  onTestFinished(() => socket.close());
  const doom = (): void => void socket.trySend(text("anybody?"));
  return { socket: socket as unknown as BerkeleySocket, errno: 111, code: "ECONNREFUSED", doom };
}

const kinds = [
  ["a connection", connection],
  ["a datagram socket", datagrams],
] as const;

test.each(kinds)("SO_ERROR of %s is the kernel's, once", async (_, make) => {
  const { socket, errno, doom } = await make();
  expect(socket.getOption(SO_ERROR)).toBe(0);
  doom();
  expect(await vi.waitUntil(() => socket.getOption(SO_ERROR))).toBe(errno);
  expect(socket.getOption(SO_ERROR)).toBe(0);
});

test("SO_ERROR of a connection leaves what came before the error", async () => {
  const { socket, doom } = await connection();
  doom();
  await vi.waitUntil(() => socket.getOption(SO_ERROR));
  expect(read(into, await socket.receive(into))).toBe("before");
  expect(await socket.receive(into)).toBe(0);
});

test.each(kinds)("select() with nothing but a third set finds %s with an error, and leaves that", async (_, make) => {
  const { socket, code, doom } = await make();
  expect(await select(null, null, [socket], { timeout: 0 })).toBe(0);
  const waiting = select(null, null, [socket]);
  doom();
  expect(await waiting).toBe(1);
  expect(await select(null, null, [socket])).toBe(1);
  if (socket.type === STREAM) expect(read(into, await socket.receive(into))).toBe("before");
  expect(await codeOf(() => socket.receive(into))).toBe(code);
  expect(await select(null, null, [socket], { timeout: 0 })).toBe(0);
});

test("an error that comes with a call to receive names that", async () => {
  const { socket, doom } = await datagrams();
  doom();
  await expect(socket.receive(into)).rejects.toMatchObject({ code: "ECONNREFUSED", syscall: "recv" });
});

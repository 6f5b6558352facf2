/** close() of sockets with SO_LINGER, which waits for the peer. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AddressFamily, type Connection, SO_LINGER, SocketShutdown, SocketType, WOULD_BLOCK } from "@omnisock/core";
import { expect, test } from "vitest";
import { adopt, detach, fdOf, Socket, setOptionOn } from "../dist/index.js";
import { setOptionOfFd } from "../dist/options.js";
import { pair } from "./programs/common.ts";
import { codeOf, loopback } from "./support.ts";

const CHUNK = new Uint8Array(1 << 20);

interface Lingering {
  readonly server: Connection;
  /** More than the peer has room for. */
  readonly sent: number;
  readonly closing: Promise<unknown>;
  isClosed: boolean;
}

async function lingering(seconds: number, beforeClose?: (server: Connection) => Promise<unknown>): Promise<Lingering> {
  const [client, server] = await pair();
  client.setOption(SO_LINGER, { seconds });
  let sent = 0;
  for (let taken = client.trySend(CHUNK); taken !== WOULD_BLOCK; taken = client.trySend(CHUNK)) sent += taken;
  await beforeClose?.(server);
  const closing = client.close().then(() => {
    result.isClosed = true;
  });
  const result = { server, sent, closing, isClosed: false };
  expect(await codeOf(() => fdOf(client))).toBe("EBADF");
  return result;
}

async function receiveAll(socket: Connection): Promise<number> {
  const into = new Uint8Array(1 << 20);
  let total = 0;
  for (let count = await socket.receive(into); count > 0; count = await socket.receive(into)) total += count;
  return total;
}

const own = fileURLToPath(import.meta.url);

test("close() resolves when the peer has all, and not before; the threads of the runtime are free meanwhile", async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => lingering(60)));
  await readFile(own);
  expect(all.map(({ isClosed }) => isClosed)).toEqual(all.map(() => false));
  for (const { server, sent, closing } of all) {
    expect(await receiveAll(server)).toBe(sent);
    await closing;
    await server.close();
  }
});

test("close() resolves when the peer, who has shut down before, has all", async () => {
  const { server, sent, closing } = await lingering(60, (server) => server.shutdown(SocketShutdown.SEND));
  expect(await receiveAll(server)).toBe(sent);
  await closing;
  await server.close();
});

test("close() resolves when the peer is gone", async () => {
  const { server, closing } = await lingering(60);
  await server.close();
  await closing;
});

test("close() gives up after its time, and the system goes on", async () => {
  const before = performance.now();
  const { server, sent, closing } = await lingering(1);
  await closing;
  expect(performance.now() - before).toBeGreaterThan(990);
  expect(await receiveAll(server)).toBe(sent);
  await server.close();
});

test("close() with bytes unread is a reset at once", async () => {
  const { server, closing } = await lingering(60, (server) => server.sendAll(CHUNK.subarray(0, 1)));
  await closing;
  expect(await codeOf(() => receiveAll(server))).toBe("ECONNRESET");
  await server.close();
});

test("close() waits also where somebody else has it wait for longer than a timer can", async () => {
  for (const seconds of [3_000_000, -1]) {
    const [near, far] = await pair();
    setOptionOfFd(fdOf(near), { name: "SO_LINGER", level: "SOL_SOCKET" }, { seconds });
    let sent = 0;
    for (let taken = near.trySend(CHUNK); taken !== WOULD_BLOCK; taken = near.trySend(CHUNK)) sent += taken;
    let isClosed = false;
    const closing = near.close().then(() => {
      isClosed = true;
    });
    // A timer that is too long is over after a millisecond.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isClosed).toBe(false);
    expect(await receiveAll(far)).toBe(sent);
    await closing;
    await far.close();
  }
});

test("close() waits without blocking where somebody else has set SO_LINGER", async () => {
  const set = (socket: Connection): void => setOptionOn(fdOf(socket), SO_LINGER, { seconds: 60 });
  const [byNumber, toNumber] = await pair();
  set(byNumber);
  const [before, toAdopted] = await pair();
  set(before);
  const adopted = adopt(detach(before)) as unknown as Connection;
  const listening = new Socket(AddressFamily.INET, SocketType.STREAM);
  await listening.bind(loopback);
  const listener = await listening.listen();
  setOptionOn(fdOf(listener), SO_LINGER, { seconds: 60 });
  const toAccepted = new Socket(AddressFamily.INET, SocketType.STREAM);
  const [accepted] = await Promise.all([listener.accept(), toAccepted.connect(listener.localAddress)]);
  await listener.close();
  const pairs: [Connection, Connection][] = [
    [byNumber, toNumber],
    [adopted, toAdopted],
    [accepted, toAccepted as unknown as Connection],
  ];
  for (const [near, far] of pairs) {
    let sent = 0;
    for (let taken = near.trySend(CHUNK); taken !== WOULD_BLOCK; taken = near.trySend(CHUNK)) sent += taken;
    let isClosed = false;
    const closing = near.close().then(() => {
      isClosed = true;
    });
    await readFile(own);
    expect(isClosed).toBe(false);
    expect(await receiveAll(far)).toBe(sent);
    await closing;
    await far.close();
  }
});

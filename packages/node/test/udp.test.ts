/** The handle of a `node:dgram` socket, where the kernel takes a datagram only later: what no loopback interface does. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { InternetAddress } from "@omnisock/core";
import { expect, test } from "vitest";
import { Udp } from "../dist/udp.js";

interface Request {
  readonly list: readonly Uint8Array[];
  oncomplete(status: number): void;
}

const EPERM = -1;

/** A bound socket, what sends by its handle, and what is told of that. */
async function bound(): Promise<{ socket: Socket; udp: Udp; told: (Error | undefined)[]; to: InternetAddress }> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const told: (Error | undefined)[] = [];
  const udp = Udp.of(socket, (error) => told.push(error));
  if (udp === undefined) throw new Error("This Node has no such handle");
  return { socket, udp, told, to: new InternetAddress("127.0.0.1", socket.address().port) };
}

/** From now on the kernel takes nothing at once: the requests that wait for it. */
function fill(socket: Socket): Request[] {
  const [symbol] = Object.getOwnPropertySymbols(socket).filter(({ description }) => description === "state symbol");
  const { handle } = (socket as unknown as Record<symbol, { handle: { send(request: Request): number } }>)[
    symbol as symbol
  ] as { handle: { send(request: Request): number } };
  const waiting: Request[] = [];
  handle.send = (request) => {
    waiting.push(request);
    return 0;
  };
  return waiting;
}

test("it sends at once, also by the first socket, which still sends by itself", async () => {
  const one = await bound();
  const other = await bound();
  const received: number[][] = [];
  one.socket.on("message", (bytes) => received.push([...bytes]));
  expect(one.udp.send(Uint8Array.of(1), one.to)).toBe(true);
  expect(other.udp.send(Uint8Array.of(2), one.to)).toBe(true);
  one.socket.send(Uint8Array.of(3), one.to.port, "localhost");
  while (received.length < 3) await once(one.socket, "message");
  expect(received).toEqual([[1], [2], [3]]);
  expect([...one.told, ...other.told]).toEqual([]);
  one.socket.close();
  other.socket.close();
});

test("send() of what goes later keeps the bytes, and tells when they have gone", async () => {
  const { socket, udp, told, to } = await bound();
  expect(udp.send(Uint8Array.of(1), to)).toBe(true);
  const waiting = fill(socket);
  const bytes = [Uint8Array.of(2), Uint8Array.of(3)];
  for (const one of bytes) expect(udp.send(one, to)).toBe(false);
  expect(new Set(waiting).size).toBe(2);
  expect(waiting.map(({ list }) => list[0])).toEqual(bytes);
  expect(told).toEqual([]);
  waiting[0]?.oncomplete(0);
  expect(told).toEqual([undefined]);
  waiting[1]?.oncomplete(EPERM);
  expect(told[1]).toMatchObject({ code: "EPERM", errno: EPERM, syscall: "send" });
  socket.close();
});

test("send() of what the kernel refuses throws its error", async () => {
  const { socket, udp, to } = await bound();
  expect(() => udp.send(new Uint8Array(65_508), to)).toThrow(expect.objectContaining({ code: "EMSGSIZE" }));
  expect(udp.send(Uint8Array.of(1), to)).toBe(true);
  socket.close();
});

/** A peer that will receive no more and yet stays: Unix sockets have that, and only the system's own shutdown(2) makes one. */
import { randomUUID } from "node:crypto";
import { AddressFamily, type SocketConstructor, SocketShutdown, SocketType, UnixAddress } from "@omnisock/core";
import { Socket as PosixSocket } from "omnisock/posix";
import { Socket as BlockingSocket } from "omnisock/posix/sync";
import { afterEach, describe, expect, test } from "vitest";
import { face } from "./own-face.ts";

const { UNIX } = AddressFamily;
const BYTE = new Uint8Array(1);

const made: { close(): unknown }[] = [];
afterEach(async () => {
  for (const socket of made.splice(0)) await socket.close();
});

/** A connection whose peer has sent three bytes. */
async function withDeafPeer(Socket: SocketConstructor) {
  const listener = new BlockingSocket(UNIX, SocketType.STREAM);
  listener.bind(UnixAddress.abstract(randomUUID()));
  made.push(listener.listen());
  const socket = await new Socket(UNIX, SocketType.STREAM).connect(listener.localAddress as UnixAddress);
  made.push(socket);
  const peer = listener.accept();
  made.push(peer);
  peer.send(new Uint8Array(3));
  peer.shutdown(SocketShutdown.RECEIVE);
  return socket;
}

describe.each([
  { whose: "the runtime's own sockets", Socket: face.Socket },
  { whose: "the system calls", Socket: PosixSocket },
])("by $whose", ({ Socket }) => {
  test("send() and what follows it are EPIPE, and do not wait for the peer to go", async () => {
    const socket = await withDeafPeer(Socket);
    await expect(socket.send(BYTE)).rejects.toMatchObject({ code: "EPIPE" });
    await expect(socket.sendAll(new Uint8Array(1 << 20))).rejects.toMatchObject({ code: "EPIPE" });
    expect(await socket.receive(new Uint8Array(9))).toBe(3);
    await expect(socket.receive(BYTE, { timeout: 0 })).rejects.toMatchObject({ code: "EAGAIN" });
  });

  test("shutdown() and close() resolve beside a send that fails", async () => {
    for (const end of ["shutdown", "close"] as const) {
      const socket = await withDeafPeer(Socket);
      const sending = socket.send(BYTE).catch(({ code }) => code);
      await (end === "close" ? socket.close() : socket.shutdown(SocketShutdown.SEND));
      expect(["EPIPE", "EBADF"]).toContain(await sending);
    }
  });
});

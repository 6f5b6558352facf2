/** An adapter that breaks the contract: whoever wrote it is told, and nobody waits for ever. */
import { expect, test } from "vitest";
import {
  type Adapter,
  AddressFamily,
  InternetAddress,
  SocketType,
  type StreamHandle,
  socketClass,
} from "../dist/index.js";
import { fakeConnection } from "./fake-connection.ts";

const bytes = new Uint8Array(8);

test.each([undefined, Number.NaN, -1, bytes.length + 1])(
  "write() that takes %s bytes fails the call",
  async (taken) => {
    const { socket } = await fakeConnection((() => taken) as unknown as StreamHandle["write"]);
    const mistake = { code: "EIO", syscall: "send", cause: new TypeError(`The adapter took ${taken} bytes`) };
    await expect(socket.sendAll(bytes)).rejects.toMatchObject(mistake);
    await expect(socket.send(bytes)).rejects.toMatchObject(mistake);
    expect(() => socket.trySend(bytes)).toThrow(expect.objectContaining(mistake));
    await socket.close();
  },
);

test("write() that is wrong when there is room again fails the call that waits", async () => {
  const counts = [0, -1];
  const { socket, sink } = await fakeConnection(() => counts.shift() ?? 0);
  const sending = socket.sendAll(bytes);
  sink.writable();
  await expect(sending).rejects.toMatchObject({ code: "EIO", syscall: "send" });
  await socket.close();
});

test("connect() that hands over no connection fails the call", async () => {
  const adapter = { supports: new Set(), async connect() {} } as unknown as Adapter;
  const socket = new (socketClass(adapter))(AddressFamily.INET, SocketType.STREAM);
  await expect(socket.connect(new InternetAddress("192.0.2.1", 7))).rejects.toMatchObject({
    code: "EIO",
    syscall: "connect",
    cause: new TypeError("The adapter connected without a connection"),
  });
  await socket.close();
});

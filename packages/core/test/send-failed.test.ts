/** A connection on which nothing can be sent any more, and what had arrived is still to be read. */
import { expect, test } from "vitest";
import { CodedError } from "../dist/index.js";
import { fakeConnection } from "./fake-connection.ts";

test("who waits to receive gets what had arrived, and then the cause that no call to send has told", async () => {
  const { socket, sink } = await fakeConnection();
  const into = new Uint8Array(8);
  const receiving = socket.receive(into);
  sink.sendFailed(new CodedError("ECONNRESET"));
  sink.data(Uint8Array.of(1, 2), true);
  expect(await receiving).toBe(2);
  const next = socket.receive(into);
  sink.end();
  await expect(next).rejects.toMatchObject({ code: "ECONNRESET", syscall: "recv" });
  expect(await socket.receive(into)).toBe(0);
  await expect(socket.send(into)).rejects.toMatchObject({ code: "EPIPE" });
  await socket.close();
});

test("who sends next hears the cause, once, and receive() still gives what arrives", async () => {
  const { socket, sink } = await fakeConnection();
  sink.sendFailed(new CodedError("ECONNRESET"));
  const into = new Uint8Array(8);
  await expect(socket.sendAll(into)).rejects.toMatchObject({ code: "ECONNRESET", syscall: "send" });
  await expect(socket.sendAll(into)).rejects.toMatchObject({ code: "EPIPE" });
  sink.data(Uint8Array.of(1, 2), true);
  sink.end();
  expect(await socket.receive(into)).toBe(2);
  expect(await socket.receive(into)).toBe(0);
  await socket.close();
});

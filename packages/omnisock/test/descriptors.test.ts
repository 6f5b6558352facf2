/** The system's options for the runtime's own sockets, where it tells their descriptors. */
import process from "node:process";
import { fdOf, getOptionOn, setOptionOn } from "omnisock/posix";
import { expect, test } from "vitest";
import { face } from "./own-face.ts";

const { AddressFamily, InternetAddress, SO_RCVBUF, Socket, SocketType, socketPair } = face;

const { INET } = AddressFamily;
const loopback = new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0);
const isTold = process.versions["bun"] !== undefined;

test(`the descriptor of a listener, a connection and a datagram socket is ${isTold ? "told" : "a TypeError"}`, async () => {
  const listener = new Socket(INET, SocketType.STREAM);
  await listener.bind(loopback);
  await listener.listen();
  const [connection, other] = await socketPair(INET);
  const datagrams = new Socket(INET, SocketType.DGRAM);
  await datagrams.bind(loopback);
  for (const socket of [listener, connection, datagrams]) {
    if (isTold) {
      setOptionOn(fdOf(socket), SO_RCVBUF, 40_000);
      // The kernel doubles it.
      expect(getOptionOn(fdOf(socket), SO_RCVBUF)).toBe(80_000);
    } else {
      expect(() => fdOf(socket)).toThrow(TypeError);
    }
    await socket.close();
    expect(() => fdOf(socket)).toThrow("EBADF");
  }
  await other.close();
});

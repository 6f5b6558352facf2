import { SocketType, UnixAddress } from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { constants } from "../../dist/linux/constants.js";
import { MSG_DONTWAIT, Socket, socketPair } from "../../dist/sync/index.js";
import { system } from "../../dist/system.js";
import { read, text } from "../support.ts";
import { addressOf, codeOf, datagrams, listener, tcpPair } from "./support.ts";

const room = new Uint8Array(1024);

const { libc } = system();

function isOpen(fd: number): boolean {
  return libc.fcntl(fd, constants.F_GETFD, 0) >= 0;
}

describe("sendMessage() and receiveMessage()", () => {
  test("pass what is open, with the bytes", () => {
    const [one, two] = socketPair();
    const [near, far] = socketPair();
    expect(one.sendMessage({ bytes: text("here"), descriptors: [far.fd] })).toBe(4);
    far.close();
    const { byteLength, descriptors, isControlTruncated, isTruncated } = two.receiveMessage(room, 4);
    expect(read(room, byteLength)).toBe("here");
    expect([descriptors.length, isControlTruncated, isTruncated]).toEqual([1, false, false]);
    const [fd = -1] = descriptors;
    expect(libc.fcntl(fd, constants.F_GETFD, 0), "closed in programs that are started").toBe(constants.FD_CLOEXEC);
    const passed = Socket.adopt(fd);
    near.sendAll(text("through"));
    expect(read(room, passed.receive(room))).toBe("through");
    for (const socket of [one, two, near, passed]) socket.close();
  });

  test("pass a listening socket, which goes on", () => {
    const [one, two] = socketPair(SocketType.DGRAM);
    const server = listener();
    const at = addressOf(server);
    one.sendMessage({ bytes: new Uint8Array(0), descriptors: [server.fd] });
    server.close();
    const { byteLength, descriptors } = two.receiveMessage(room, 1);
    expect(byteLength).toBe(0);
    const passed = Socket.adopt(descriptors[0] ?? -1);
    using client = new Socket("INET", "STREAM").connect(at);
    using accepted = passed.accept();
    client.sendAll(text("hi"));
    expect(accepted.receive(room)).toBe(2);
    for (const socket of [one, two, passed]) socket.close();
  });

  test("close the descriptors that nobody has room for", () => {
    const [one, two] = socketPair();
    const five = new Array<number>(5).fill(one.fd);
    one.sendMessage({ bytes: text("x"), descriptors: five });
    const { descriptors, isControlTruncated } = two.receiveMessage(room, 2);
    expect([descriptors.length, isControlTruncated]).toEqual([2, true]);
    one.sendMessage({ bytes: text("x"), descriptors: five });
    expect(two.receiveMessage(room)).toMatchObject({ descriptors: [], isControlTruncated: true });
    expect(descriptors.every(isOpen)).toBe(true);
    for (const fd of descriptors) libc.close(fd);
    one.close();
    two.close();
  });

  test("carry datagrams with their addresses, and say when one is cut", () => {
    using one = datagrams();
    using two = datagrams();
    one.sendMessage({ bytes: text("datagram"), to: addressOf(two) });
    expect(two.receiveMessage(room.subarray(0, 4))).toEqual({
      byteLength: 4,
      from: one.localAddress,
      isTruncated: true,
      descriptors: [],
      isControlTruncated: false,
    });
  });

  test("carry a stream's bytes without an address", () => {
    const [client, server] = tcpPair();
    client.sendMessage({ bytes: text("stream") });
    expect(server.receiveMessage(room)).toMatchObject({ byteLength: 6, isTruncated: false });
    expect(codeOf(() => server.receiveMessage(room, 0, MSG_DONTWAIT))).toBe("EAGAIN");
    client.close();
    expect(server.receiveMessage(room).byteLength).toBe(0);
    server.close();
  });

  test("refuse what is no message", () => {
    const [one, two] = socketPair();
    expect(codeOf(() => one.sendMessage({ bytes: text("x"), descriptors: [1 << 20] }))).toBe("EBADF");
    expect(codeOf(() => one.sendMessage({ bytes: text("x"), descriptors: [-1] }))).toBe("RangeError");
    expect(codeOf(() => one.sendMessage({ bytes: text("x"), descriptors: new Array<number>(254).fill(0) }))).toBe(
      "RangeError",
    );
    expect(codeOf(() => one.sendMessage({ bytes: "x" as never }))).toBe("TypeError");
    expect(codeOf(() => one.sendMessage(undefined as never))).toBe("TypeError");
    expect(codeOf(() => two.receiveMessage(room, 254))).toBe("RangeError");
    expect(codeOf(() => one.sendMessage({ bytes: text("x"), to: new UnixAddress("/nowhere") }))).toMatch(
      /EISCONN|EOPNOTSUPP/,
    );
    one.close();
    two.close();
    expect(codeOf(() => one.sendMessage({ bytes: text("x") }))).toBe("EBADF");
    expect(codeOf(() => two.receiveMessage(room))).toBe("EBADF");
  });
});

/** The options that no other adapter has, blocking and with promises. */
import { getgid, getuid, pid } from "node:process";
import {
  AddressFamily,
  type Socket as BerkeleySocket,
  Internet6Address,
  InternetAddress,
  SO_RCVBUF,
  type SocketOption,
  SocketType,
} from "@omnisock/core";
import { describe, expect, test, vi } from "vitest";
import * as posix from "../dist/index.js";
import { adopt, fdOf, getOptionOn, receiveMessage, Socket, sendMessage, setOptionOn } from "../dist/index.js";
import { poll, Socket as SyncSocket, socketPair } from "../dist/sync/index.js";
import { pair } from "./programs/common.ts";
import { loopback, text } from "./support.ts";
import { codeOf } from "./sync/support.ts";

const { STREAM, DGRAM } = SocketType;
const { INET, INET6, UNIX } = AddressFamily;
const into = new Uint8Array(256);

async function bound(): Promise<BerkeleySocket> {
  const socket = new Socket(INET, DGRAM);
  await socket.bind(loopback);
  return socket as unknown as BerkeleySocket;
}

const samples: [
  name: string,
  family: AddressFamily,
  type: SocketType,
  option: SocketOption<unknown>,
  value: unknown,
][] = [
  ["IPV6_RECVERR", INET6, DGRAM, posix.IPV6_RECVERR as SocketOption<unknown>, true],
  ["IPV6_RECVHOPLIMIT", INET6, DGRAM, posix.IPV6_RECVHOPLIMIT as SocketOption<unknown>, true],
  ["IPV6_RECVTCLASS", INET6, DGRAM, posix.IPV6_RECVTCLASS as SocketOption<unknown>, true],
  ["IPV6_TCLASS", INET6, DGRAM, posix.IPV6_TCLASS as SocketOption<unknown>, 0x28],
  ["IP_RECVERR", INET, DGRAM, posix.IP_RECVERR as SocketOption<unknown>, true],
  ["IP_RECVTOS", INET, DGRAM, posix.IP_RECVTOS as SocketOption<unknown>, true],
  ["IP_RECVTTL", INET, DGRAM, posix.IP_RECVTTL as SocketOption<unknown>, true],
  ["IP_TOS", INET, DGRAM, posix.IP_TOS as SocketOption<unknown>, 0x10],
  ["SO_BINDTODEVICE", INET, DGRAM, posix.SO_BINDTODEVICE as SocketOption<unknown>, "lo"],
  ["SO_PASSCRED", UNIX, DGRAM, posix.SO_PASSCRED as SocketOption<unknown>, true],
  ["SO_TIMESTAMPNS", INET, DGRAM, posix.SO_TIMESTAMPNS as SocketOption<unknown>, true],
  ["TCP_CORK", INET, STREAM, posix.TCP_CORK as SocketOption<unknown>, true],
  ["TCP_FASTOPEN", INET, STREAM, posix.TCP_FASTOPEN as SocketOption<unknown>, 16],
  ["TCP_FASTOPEN_CONNECT", INET, STREAM, posix.TCP_FASTOPEN_CONNECT as SocketOption<unknown>, true],
  ["UDP_SEGMENT", INET, DGRAM, posix.UDP_SEGMENT as SocketOption<unknown>, 1200],
];

describe("blocking", () => {
  test.each(samples)("%s is what was set, and nothing else before", (_, family, type, option, value) => {
    using socket = new SyncSocket(family, type);
    expect(socket.getOption(option)).not.toEqual(value);
    socket.setOption(option, value);
    expect(socket.getOption(option)).toEqual(value);
  });

  test.each(samples)("%s refuses what it cannot be", (_, family, type, option) => {
    using socket = new SyncSocket(family, type);
    for (const wrong of [undefined, null, {}, -1, 1.5, 2 ** 40, "a name that is too long", "nul\0"]) {
      expect(codeOf(() => socket.setOption(option, wrong))).toMatch(/TypeError|RangeError/);
    }
  });

  test("TCP_QUICKACK and UDP_GRO are set", () => {
    using stream = new SyncSocket(INET, STREAM);
    stream.setOption(posix.TCP_QUICKACK, false);
    expect(stream.getOption(posix.TCP_QUICKACK)).toBe(false);
    using datagrams = new SyncSocket(INET, DGRAM);
    datagrams.setOption(posix.UDP_GRO, true);
  });

  test("SO_BINDTODEVICE to no interface is ENODEV", () => {
    using socket = new SyncSocket(INET, DGRAM);
    expect(codeOf(() => socket.setOption(posix.SO_BINDTODEVICE, "no-such-one"))).toBe("ENODEV");
  });

  test("messages say what the options ask for", () => {
    using one = new SyncSocket(INET, DGRAM);
    using two = new SyncSocket(INET, DGRAM);
    two.bind(loopback);
    for (const option of [posix.SO_TIMESTAMPNS, posix.IP_RECVTTL, posix.IP_RECVTOS]) two.setOption(option, true);
    one.setOption(posix.IP_TOS, 0x20);
    const before = BigInt(Date.now()) * 1_000_000n;
    one.sendTo(text("x"), two.localAddress as InternetAddress);
    const { timestamp = 0n, hops, trafficClass } = two.receiveMessage(into);
    expect([hops, trafficClass]).toEqual([64, 0x20]);
    expect(timestamp - before).toBeGreaterThan(-1_000_000_000n);
    expect(timestamp - before).toBeLessThan(60_000_000_000n);
  });

  test("IPv6 messages say how many hops they had left and their class", () => {
    using one = new SyncSocket(INET6, DGRAM);
    using two = new SyncSocket(INET6, DGRAM);
    two.bind(new Internet6Address("::1", 0));
    for (const option of [posix.IPV6_RECVHOPLIMIT, posix.IPV6_RECVTCLASS]) two.setOption(option, true);
    one.setOption(posix.IPV6_TCLASS, 0x28);
    one.sendTo(text("x"), two.localAddress as Internet6Address);
    expect(two.receiveMessage(into)).toMatchObject({ hops: 64, trafficClass: 0x28 });
  });

  test("UDP_SEGMENT and UDP_GRO cut and join on the way", () => {
    using one = new SyncSocket(INET, DGRAM);
    using two = new SyncSocket(INET, DGRAM);
    two.bind(loopback);
    two.setOption(posix.UDP_GRO, true);
    one.connect(two.localAddress as InternetAddress);
    one.setOption(posix.UDP_SEGMENT, 4);
    expect(one.send(text("0123456789"))).toBe(10);
    expect(two.receiveMessage(into)).toMatchObject({ byteLength: 10, segment: 4 });
    one.send(text("0123456789"));
    expect(two.receiveMany().map(({ bytes }) => bytes)).toEqual([text("0123"), text("4567"), text("89")]);
  });

  test("SO_PASSCRED has messages say who sent them; what is not true is EPERM", () => {
    const [one, two] = socketPair(DGRAM);
    two.setOption(posix.SO_PASSCRED, true);
    const own = { pid, uid: getuid?.() ?? 0, gid: getgid?.() ?? 0 };
    one.send(text("x"));
    expect(two.receiveMessage(into)).toMatchObject({ byteLength: 1, credentials: own });
    one.sendMessage({ bytes: text("x"), credentials: own, descriptors: [one.fd] });
    const { credentials, descriptors } = two.receiveMessage(into, 1);
    expect(credentials).toEqual(own);
    for (const fd of descriptors) SyncSocket.adopt(fd).close();
    const nobody = { ...own, pid: 2 ** 30 };
    expect(codeOf(() => one.sendMessage({ bytes: text("x"), credentials: nobody }))).toMatch(/EPERM|EIO/);
    expect(codeOf(() => one.sendMessage({ bytes: text("x"), credentials: {} as never }))).toBe("RangeError");
    one.close();
    two.close();
  });

  test("IP_RECVERR keeps what came back: who says it, and of what it was", () => {
    using gone = new SyncSocket(INET, DGRAM);
    gone.bind(loopback);
    const to = gone.localAddress as InternetAddress;
    gone.close();
    using socket = new SyncSocket(INET, DGRAM);
    socket.setOption(posix.IP_RECVERR, true);
    socket.sendTo(text("anybody?"), to);
    // Nothing else waits for what is in the queue of errors.
    poll([{ socket, events: 0 }]);
    const { byteLength, from, error } = socket.receiveMessage(into, 0, posix.MSG_ERRQUEUE);
    expect([byteLength, from]).toEqual([8, to]);
    expect(error).toEqual({
      code: "ECONNREFUSED",
      errno: 111,
      origin: "ICMP",
      icmpType: 3,
      icmpCode: 3,
      from: new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0),
    });
    expect(codeOf(() => socket.receiveMessage(into, 0, posix.MSG_ERRQUEUE))).toBe("EAGAIN");
  });

  test("TCP_FASTOPEN takes bytes that came with the first packet", () => {
    using server = new SyncSocket(INET, STREAM);
    server.bind(loopback);
    server.setOption(posix.TCP_FASTOPEN, 16);
    server.listen();
    for (let round = 0; round < 2; round++) {
      using client = new SyncSocket(INET, STREAM);
      client.setOption(posix.TCP_FASTOPEN_CONNECT, true);
      client.connect(server.localAddress as InternetAddress).sendAll(text("early"));
      using accepted = server.accept();
      expect(accepted.receive(into)).toBe(5);
    }
  });
});

describe("with promises", () => {
  test("options are set before there is a connection, and after", async () => {
    const server = new Socket(INET, STREAM);
    server.setOption(posix.SO_BINDTODEVICE, "lo");
    await server.bind(loopback);
    const listener = await server.listen();
    const client = new Socket(INET, STREAM);
    client.setOption(posix.SO_BINDTODEVICE, "lo");
    client.setOption(posix.IP_TOS, 0x10);
    const [accepted] = await Promise.all([listener.accept(), client.connect(listener.localAddress)]);
    expect([client.getOption(posix.SO_BINDTODEVICE), client.getOption(posix.IP_TOS)]).toEqual(["lo", 0x10]);
    expect(codeOf(() => client.setOption(posix.SO_BINDTODEVICE, "lo"))).toBe("EINVAL");
    client.setOption(posix.TCP_CORK, true);
    expect(client.getOption(posix.TCP_CORK)).toBe(true);
    await client.sendAll(text("held"));
    await client.sendAll(text("back"));
    client.setOption(posix.TCP_CORK, false);
    const received = new Uint8Array(16);
    expect(await accepted.receive(received)).toBe(8);
    accepted.setOption(posix.TCP_QUICKACK, true);
    const early = new Socket(INET, STREAM);
    early.setOption(posix.TCP_FASTOPEN_CONNECT, true);
    await early.connect(listener.localAddress);
    // Where the system knows that the peer takes them, there is no connection before the first bytes.
    await early.sendAll(text("early"));
    const second = await listener.accept();
    expect(await second.receive(received)).toBe(5);
    await Promise.all([accepted, client, second, early, listener].map((socket) => socket.close()));
  });

  test("TCP_FASTOPEN is a listener's, before it listens and after", async () => {
    const server = new Socket(INET, STREAM);
    expect(server.getOption(posix.TCP_FASTOPEN)).toBe(0);
    server.setOption(posix.TCP_FASTOPEN, 16);
    expect(codeOf(() => server.setOption(posix.TCP_FASTOPEN, -1))).toBe("RangeError");
    await server.bind(loopback);
    const listener = await server.listen();
    expect([listener.getOption(posix.TCP_FASTOPEN), getOptionOn(fdOf(listener), posix.TCP_FASTOPEN)]).toEqual([16, 16]);
    listener.setOption(posix.TCP_FASTOPEN, 8);
    expect(getOptionOn(fdOf(listener), posix.TCP_FASTOPEN)).toBe(8);
    // Past us: what is told is the kernel's.
    posix.setOptionOn(fdOf(listener), posix.TCP_FASTOPEN, 4);
    expect(listener.getOption(posix.TCP_FASTOPEN)).toBe(4);
    const client = new Socket(INET, STREAM);
    client.setOption(posix.TCP_FASTOPEN, 16);
    await expect(client.connect(listener.localAddress)).rejects.toMatchObject({ code: "ENOPROTOOPT" });
    await Promise.all([client.close(), listener.close()]);
  });

  test("SO_BINDTODEVICE to no interface is told when there is a socket", async () => {
    const client = new Socket(INET, STREAM);
    client.setOption(posix.SO_BINDTODEVICE, "no-such-one");
    await expect(client.connect(new InternetAddress("127.0.0.1", 9))).rejects.toMatchObject({ code: "ENODEV" });
    const datagrams = new Socket(INET, DGRAM);
    datagrams.setOption(posix.SO_BINDTODEVICE, "no-such-one");
    await expect(datagrams.bind(loopback)).rejects.toMatchObject({ code: "ENODEV" });
  });

  test("messages say who sent them, and when", async () => {
    const [one, two] = socketPair(STREAM);
    const [near, far] = [adopt(one.detach()), adopt(two.detach())];
    far.setOption(posix.SO_PASSCRED, true);
    far.setOption(posix.SO_TIMESTAMPNS, true);
    expect([far.getOption(posix.SO_PASSCRED), far.getOption(SO_RCVBUF) > 1000]).toEqual([true, true]);
    const own = { pid, uid: getuid?.() ?? 0, gid: getgid?.() ?? 0 };
    await sendMessage(near, { bytes: text("who?"), credentials: own });
    expect(await receiveMessage(far, into)).toMatchObject({ byteLength: 4, credentials: own });
    await Promise.all([near.close(), far.close()]);
  });

  test("what came back is received beside datagrams", async () => {
    const [socket, gone] = [await bound(), await bound()];
    const to = gone.localAddress as InternetAddress;
    await gone.close();
    socket.setOption(posix.IP_RECVERR, true);
    await expect(receiveMessage(socket, into, { flags: posix.MSG_ERRQUEUE })).rejects.toMatchObject({ code: "EAGAIN" });
    await socket.sendTo(text("anybody?"), to);
    const { error } = await vi.waitFor(() => receiveMessage(socket, into, { flags: posix.MSG_ERRQUEUE }));
    expect(error).toMatchObject({ code: "ECONNREFUSED", origin: "ICMP" });
    await socket.close();
  });

  test("an option that the kind of socket does not have is ENOPROTOOPT", async () => {
    expect(codeOf(() => new Socket(INET, STREAM).setOption(posix.IPV6_TCLASS, 1))).toBe("ENOPROTOOPT");
    expect(codeOf(() => new Socket(UNIX, STREAM).setOption(posix.TCP_CORK, true))).toBe("ENOPROTOOPT");
    expect(codeOf(() => new Socket(INET, STREAM).setOption(posix.SO_PASSCRED, true))).toBe("ENOPROTOOPT");
  });
});

describe("setOptionOn() and getOptionOn()", () => {
  test("take the descriptor of any socket", async () => {
    const [client, server] = await pair();
    const fd = fdOf(client);
    setOptionOn(fd, SO_RCVBUF, 40_000);
    setOptionOn(fd, posix.TCP_CORK, true);
    expect([getOptionOn(fd, SO_RCVBUF), client.getOption(SO_RCVBUF), client.getOption(posix.TCP_CORK)]).toEqual([
      80_000,
      80_000,
      true,
    ]);
    await Promise.all([client.close(), server.close()]);
  });

  test("refuse what is no descriptor, no option or no value", () => {
    expect(codeOf(() => setOptionOn(1 << 20, SO_RCVBUF, 1))).toBe("EBADF");
    expect(codeOf(() => getOptionOn(1 << 20, SO_RCVBUF))).toBe("EBADF");
    expect(codeOf(() => setOptionOn(-1, SO_RCVBUF, 1))).toBe("RangeError");
    expect(codeOf(() => setOptionOn("1" as never, SO_RCVBUF, 1))).toBe("TypeError");
    expect(codeOf(() => setOptionOn(0, {} as never, 1))).toBe("TypeError");
    expect(codeOf(() => setOptionOn(0, SO_RCVBUF, "1" as never))).toBe("TypeError");
  });
});

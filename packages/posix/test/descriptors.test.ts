import { pid } from "node:process";
import {
  AddressFamily,
  type Connection,
  Internet6Address,
  type InternetAddress,
  IP_MULTICAST_IF,
  IPV6_MULTICAST_IF,
  IPV6_V6ONLY,
  type Listener,
  SO_RCVBUF,
  SO_REUSEPORT,
  type SocketOption,
  SocketType,
  select,
  TCP_NODELAY,
  UnixAddress,
} from "@omnisock/core";
import { describe, expect, test } from "vitest";
import {
  adopt,
  detach,
  fdOf,
  isAtMark,
  MSG_OOB,
  MSG_PEEK,
  peerCredentials,
  receiveMessage,
  SO_BINDTODEVICE,
  Socket,
  sendMessage,
  socketPair,
  TCP_FASTOPEN,
  tcpInfo,
} from "../dist/index.js";
import { constants } from "../dist/linux/constants.js";
import { Socket as SyncSocket, socketPair as syncPair } from "../dist/sync/index.js";
import { system } from "../dist/system.js";
import { pair } from "./programs/common.ts";
import { codeOf, loopback, text } from "./support.ts";

async function listener(): Promise<Listener> {
  const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
  await socket.bind(loopback);
  return socket.listen();
}

/** Both ends of a Unix connection. */
function unixPair(type: SocketType = SocketType.STREAM): [Connection, Connection] {
  const [one, two] = syncPair(type);
  return [adopt(one.detach()), adopt(two.detach())] as unknown as [Connection, Connection];
}

function isOpen(fd: number): boolean {
  return system().libc.fcntl(fd, constants.F_GETFD, 0) >= 0;
}

describe("adopt()", () => {
  test("makes a socket of a connection, with its addresses and options", async () => {
    const [client, server] = await pair();
    const adopted = adopt(detach(server));
    expect(adopted).toBeInstanceOf(Socket);
    expect([adopted.state, adopted.localAddress, adopted.remoteAddress]).toEqual([
      "CONNECTED",
      client.remoteAddress,
      client.localAddress,
    ]);
    adopted.setOption(SO_RCVBUF, 50_000);
    expect(adopted.getOption(SO_RCVBUF)).toBe(100_000);
    await client.sendAll(text("hello"));
    const into = new Uint8Array(16);
    expect(await adopted.receive(into)).toBe(5);
    await adopted.close();
    expect(await client.receive(into)).toBe(0);
    await client.close();
  });

  test("makes a datagram socket that says which options the kernel has", async () => {
    const own = new SyncSocket(AddressFamily.INET6, SocketType.DGRAM);
    own.setOption(IPV6_V6ONLY, true);
    own.setOption(IPV6_MULTICAST_IF, "lo");
    own.bind(new Internet6Address("::", 0));
    const adopted = adopt(own.detach());
    expect([adopted.getOption(IPV6_V6ONLY), adopted.getOption(IPV6_MULTICAST_IF)]).toEqual([true, "lo"]);
    const older = new SyncSocket(AddressFamily.INET, SocketType.DGRAM);
    older.setOption(IP_MULTICAST_IF, "lo");
    older.bind(loopback);
    const adoptedToo = adopt(older.detach());
    expect(adoptedToo.getOption(IP_MULTICAST_IF)).toBe("127.0.0.1");
    adoptedToo.setOption(IP_MULTICAST_IF, "lo");
    expect(adoptedToo.getOption(IP_MULTICAST_IF)).toBe("lo");
    await Promise.all([adopted.close(), adoptedToo.close()]);
  });

  test("makes a socket that closes also where somebody else has closed its descriptor", async () => {
    const [one, two] = unixPair();
    system().libc.close(fdOf(one));
    await one.close();
    expect(one.state).toBe("CLOSED");
    await two.close();
  });

  test("makes a listener, which accepts", async () => {
    const blocking = new SyncSocket(AddressFamily.INET, SocketType.STREAM);
    blocking.bind(loopback);
    blocking.listen();
    const adopted = adopt(blocking.detach());
    expect(adopted.state).toBe("LISTENING");
    const client = new Socket(AddressFamily.INET, SocketType.STREAM);
    const [accepted] = await Promise.all([adopted.accept(), client.connect(adopted.localAddress as InternetAddress)]);
    expect(accepted.remoteAddress).toEqual(client.localAddress);
    await Promise.all([accepted.close(), client.close(), adopted.close()]);
  });

  test("makes a listener that says which options the kernel has", async () => {
    const blocking = new SyncSocket(AddressFamily.INET6, SocketType.STREAM);
    const options = [IPV6_V6ONLY, SO_REUSEPORT, TCP_FASTOPEN, SO_BINDTODEVICE, TCP_NODELAY, SO_RCVBUF] as const;
    const values = [true, true, 16, "lo", true, 50_000] as const;
    for (const [index, option] of options.entries()) blocking.setOption(option as SocketOption<unknown>, values[index]);
    blocking.bind(new Internet6Address("::", 0));
    blocking.listen();
    const listener = adopt(blocking.detach());
    expect(options.map((option) => listener.getOption(option as SocketOption<unknown>))).toEqual([
      ...values.slice(0, -1),
      100_000,
    ]);
    const client = new Socket(AddressFamily.INET6, SocketType.STREAM);
    const to = new Internet6Address("::1", (listener.localAddress as Internet6Address).port);
    listener.setOption(TCP_NODELAY, false);
    listener.setOption(SO_RCVBUF, 60_000);
    expect([listener.getOption(TCP_NODELAY), listener.getOption(SO_RCVBUF)]).toEqual([false, 120_000]);
    const [accepted] = await Promise.all([listener.accept(), client.connect(to)]);
    expect([accepted.getOption(TCP_NODELAY), accepted.getOption(SO_RCVBUF)]).toEqual([false, 120_000]);
    await Promise.all([accepted.close(), client.close(), listener.close()]);
  });

  test("makes a datagram socket, connected where it was", async () => {
    const one = new SyncSocket(AddressFamily.INET, SocketType.DGRAM);
    const two = new SyncSocket(AddressFamily.INET, SocketType.DGRAM);
    for (const socket of [one, two]) socket.bind(loopback);
    one.connect(two.localAddress as InternetAddress);
    const [sender, receiver] = [adopt(one.detach()), adopt(two.detach())];
    expect([sender.state, receiver.state]).toEqual(["CONNECTED", "BOUND"]);
    await sender.send(text("datagram"));
    const received = await receiver.receiveFrom(new Uint8Array(16));
    expect(received).toEqual({ byteLength: 8, from: sender.localAddress, isTruncated: false });
    await Promise.all([sender.close(), receiver.close()]);
  });

  test("refuses what is no socket of use, which stays the caller's", async () => {
    expect(await codeOf(() => adopt(1 << 20))).toBe("EBADF");
    expect(await codeOf(() => adopt(-1))).toBe("RangeError");
    expect(await codeOf(() => adopt("3" as never))).toBe("TypeError");
    const unconnected = new SyncSocket(AddressFamily.INET, SocketType.STREAM).detach();
    expect(await codeOf(() => adopt(unconnected))).toBe("ENOTCONN");
    expect(isOpen(unconnected)).toBe(true);
    SyncSocket.adopt(unconnected).close();
  });

  test("refuses what another socket has, which goes on", async () => {
    const [client, server] = await pair();
    const fd = fdOf(server);
    const into = new Uint8Array(8);
    const waiting = server.receive(into);
    expect(await codeOf(() => adopt(fd))).toBe("EINVAL");
    expect(await codeOf(() => SyncSocket.adopt(fd))).toBe("EINVAL");
    await client.sendAll(text("abc"));
    expect(await waiting).toBe(3);
    await server.close();
    expect(isOpen(fd)).toBe(false);
    await client.close();
  });

  test("leaves what it refuses as it was", async () => {
    const { libc } = system();
    const blocking = new SyncSocket(AddressFamily.INET, SocketType.STREAM);
    const fd = blocking.detach();
    libc.fcntl(fd, constants.F_SETFD, 0);
    expect(await codeOf(() => adopt(fd))).toBe("ENOTCONN");
    expect(libc.fcntl(fd, constants.F_GETFD, 0)).toBe(0);
    expect(libc.fcntl(fd, constants.F_GETFL, 0) & constants.O_NONBLOCK).toBe(0);
    libc.close(fd);
  });
});

describe("detach()", () => {
  test("is refused while receiveMessage() waits, which goes on", async () => {
    const [client, server] = await pair();
    const waiting = receiveMessage(server, new Uint8Array(8));
    expect(await codeOf(() => detach(server))).toBe("EINVAL");
    await client.sendAll(text("abc"));
    expect((await waiting).byteLength).toBe(3);
    await Promise.all([client.close(), server.close()]);
  });

  test("hands a connection over, to blocking calls and back", async () => {
    const [client, server] = await pair();
    const fd = fdOf(server);
    expect(detach(server)).toBe(fd);
    expect([server.state, await codeOf(() => server.receive(new Uint8Array(1)))]).toEqual(["CLOSED", "EBADF"]);
    expect(await codeOf(() => detach(server))).toBe("EBADF");
    await server.close();
    expect(isOpen(fd)).toBe(true);
    const blocking = SyncSocket.adopt(fd);
    blocking.blocking = true;
    blocking.sendAll(text("blocking"));
    const into = new Uint8Array(16);
    expect(await client.receive(into)).toBe(8);
    const back = adopt(blocking.detach());
    const receiving = back.receive(into);
    await client.sendAll(text("back"));
    expect(await receiving).toBe(4);
    await Promise.all([client.close(), back.close()]);
  });

  test("waits for nobody: while a call waits, or bytes are here, it is refused", async () => {
    const [client, server] = await pair();
    const waiting = server.receive(new Uint8Array(1));
    expect(await codeOf(() => detach(server))).toBe("EINVAL");
    await client.sendAll(text("two"));
    expect(await waiting).toBe(1);
    expect(await codeOf(() => detach(server))).toBe("EINVAL");
    expect(await server.receive(new Uint8Array(8))).toBe(2);
    SyncSocket.adopt(detach(server)).close();
    await client.close();
  });

  test("is refused for what has no descriptor, or is another's", async () => {
    const fresh = new Socket(AddressFamily.INET, SocketType.STREAM);
    expect(await codeOf(() => fdOf(fresh))).toBe("EBADF");
    expect(await codeOf(() => detach(fresh))).toBe("EBADF");
    expect(await codeOf(() => fdOf({} as never))).toBe("EBADF");
    expect(await codeOf(() => fdOf(undefined as never))).toBe("TypeError");
    const server = await listener();
    await server.close();
    expect(await codeOf(() => fdOf(server))).toBe("EBADF");
  });

  test("of a listener leaves its connections to whoever adopts it", async () => {
    const server = await listener();
    const client = new Socket(AddressFamily.INET, SocketType.STREAM);
    await client.connect(server.localAddress);
    const adopted = adopt(detach(server));
    const accepted = await adopted.accept();
    expect(accepted.remoteAddress).toEqual(client.localAddress);
    await Promise.all([accepted.close(), client.close(), adopted.close()]);
  });
});

describe("what the kernel knows", () => {
  test("tcpInfo() has its name for the state, peerCredentials() who is there", async () => {
    const [client, server] = await pair();
    expect(tcpInfo(client).state).toBe("ESTABLISHED");
    await server.close();
    expect(await client.receive(new Uint8Array(1))).toBe(0);
    expect(tcpInfo(client).state).toBe("CLOSE_WAIT");
    expect(await codeOf(() => peerCredentials(client))).toBe("EOPNOTSUPP");
    await client.close();
    expect(await codeOf(() => tcpInfo(client))).toBe("EBADF");
    const [one, two] = unixPair();
    expect(peerCredentials(one).pid).toBe(pid);
    expect(await codeOf(() => tcpInfo(one))).toMatch(/EOPNOTSUPP|ENOPROTOOPT/);
    await Promise.all([one.close(), two.close()]);
  });

  test("isAtMark() is where the urgent byte was, and messages can be peeked at", async () => {
    const [client, server] = await pair();
    await sendMessage(client, { bytes: text("ab") });
    await sendMessage(client, { bytes: text("!") }, { flags: MSG_OOB });
    await sendMessage(client, { bytes: text("cd") });
    const into = new Uint8Array(8);
    expect((await receiveMessage(server, into, { flags: MSG_PEEK })).byteLength).toBe(2);
    expect(isAtMark(server)).toBe(false);
    expect((await receiveMessage(server, into)).byteLength).toBe(2);
    expect(isAtMark(server)).toBe(true);
    expect((await receiveMessage(server, into, { flags: MSG_OOB })).byteLength).toBe(1);
    expect(into[0]).toBe(33);
    expect((await receiveMessage(server, into)).byteLength).toBe(2);
    await Promise.all([client.close(), server.close()]);
  });

  test("select() has urgent data in its third set, until it is received", async () => {
    const [client, server] = await pair();
    expect(await select(null, null, [server], { timeout: 0 })).toBe(0);
    const urgent = [client, server];
    const found = select(null, null, urgent);
    await sendMessage(client, { bytes: text("a!") }, { flags: MSG_OOB });
    expect(await found).toBe(1);
    expect(urgent).toEqual([server]);
    const into = new Uint8Array(8);
    expect((await receiveMessage(server, into, { flags: MSG_OOB })).byteLength).toBe(1);
    expect(into[0]).toBe(33);
    expect(await select(null, null, [server], { timeout: 0 })).toBe(0);
    expect(await server.receive(into)).toBe(1);
    await sendMessage(client, { bytes: text("?") }, { flags: MSG_OOB });
    expect(await select(null, null, [server])).toBe(1);
    await server.close();
    expect(await select(null, null, [server], { timeout: 0 })).toBe(0);
    await client.close();
  });
});

describe("sendMessage() and receiveMessage()", () => {
  test("pass descriptors, waiting for them", async () => {
    const [one, two] = unixPair();
    const server = await listener();
    const waiting = receiveMessage(two, new Uint8Array(8), { descriptors: 4 });
    expect(await sendMessage(one, { bytes: text("here"), descriptors: [fdOf(server)] })).toBe(4);
    await server.close();
    const { byteLength, descriptors, isControlTruncated } = await waiting;
    expect([byteLength, descriptors.length, isControlTruncated]).toEqual([4, 1, false]);
    const passed = adopt(descriptors[0] ?? -1);
    const client = new Socket(AddressFamily.INET, SocketType.STREAM);
    await client.connect(passed.localAddress as InternetAddress);
    await (await passed.accept()).close();
    await Promise.all([one.close(), two.close(), passed.close(), client.close()]);
  });

  test("go between both ends of socketPair(), which nobody else has a name for", async () => {
    const [one, two] = await socketPair();
    for (const [from, to] of [[one, two] as const, [two, one] as const]) {
      await sendMessage(from, { bytes: text("fd"), descriptors: [fdOf(from)] });
      const { descriptors } = await receiveMessage(to, new Uint8Array(8), { descriptors: 1 });
      await adopt(descriptors[0] ?? -1).close();
      expect([from.localAddress, to.remoteAddress]).toEqual([UnixAddress.UNNAMED, UnixAddress.UNNAMED]);
    }
    expect(peerCredentials(two).pid).toBe(pid);
    const [client, server] = await socketPair(AddressFamily.INET);
    expect(client.remoteAddress).toEqual(server.localAddress);
    await expect(socketPair("AX25" as never)).rejects.toBeInstanceOf(TypeError);
    await Promise.all([one, two, client, server].map((socket) => socket.close()));
  });

  test("wait as long as they are told, and end with the socket or a signal", async () => {
    const [one, two] = unixPair();
    const into = new Uint8Array(8);
    expect(await codeOf(() => receiveMessage(two, into, { timeout: 5 }))).toBe("EAGAIN");
    two.blocking = false;
    expect(await codeOf(() => receiveMessage(two, into))).toBe("EAGAIN");
    two.blocking = true;
    const reason = new Error("enough");
    const aborter = new AbortController();
    const aborted = receiveMessage(two, into, { signal: aborter.signal });
    aborter.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    const waiting = codeOf(() => receiveMessage(two, into));
    await new Promise((resolve) => setTimeout(resolve));
    await two.close();
    expect(await waiting).toBe("EBADF");
    expect(await codeOf(() => sendMessage(two, { bytes: into }))).toBe("EBADF");
    await one.close();
  });

  test("take no buffer that was transferred, before or while they wait, and leave what came", async () => {
    const transferred = (bytes: Uint8Array<ArrayBuffer>): void => {
      structuredClone(bytes, { transfer: [bytes.buffer] });
    };
    for (const type of [SocketType.STREAM, SocketType.DGRAM]) {
      const [one, two] = unixPair(type);
      const [into, bytes] = [new Uint8Array(8), new Uint8Array(1000)];
      const waiting = codeOf(() => receiveMessage(two, into));
      await new Promise((resolve) => setTimeout(resolve));
      transferred(into);
      expect(await codeOf(() => receiveMessage(two, into))).toBe("TypeError");
      await sendMessage(one, { bytes: text("here") });
      expect(await waiting).toBe("TypeError");
      expect((await receiveMessage(two, new Uint8Array(8))).byteLength).toBe(4);
      while ((await codeOf(() => sendMessage(one, { bytes }, { timeout: 0 }))) === "nothing thrown");
      const sending = codeOf(() => sendMessage(one, { bytes }));
      transferred(bytes);
      expect(await codeOf(() => sendMessage(one, { bytes }))).toBe("TypeError");
      const room = new Uint8Array(1000);
      while ((await codeOf(() => receiveMessage(two, room, { timeout: 0 }))) === "nothing thrown");
      expect(await sending).toBe("TypeError");
      await Promise.all([one.close(), two.close()]);
    }
  });

  test("send when there is room again", async () => {
    const [one, two] = unixPair(SocketType.DGRAM);
    const bytes = new Uint8Array(1000);
    let sent = 0;
    while ((await codeOf(() => sendMessage(one, { bytes }, { timeout: 0 }))) === "nothing thrown") sent++;
    const waiting = sendMessage(one, { bytes: text("last") });
    const into = new Uint8Array(1000);
    for (; sent > 0; sent--) expect((await receiveMessage(two, into)).byteLength).toBe(1000);
    expect(await waiting).toBe(4);
    expect((await receiveMessage(two, into)).byteLength).toBe(4);
    await Promise.all([one.close(), two.close()]);
  });

  test("are refused where somebody receives otherwise, and where nothing can be received", async () => {
    const [one, two] = unixPair();
    const plain = two.receive(new Uint8Array(1));
    const cause = expect.objectContaining({ message: expect.stringContaining("receiveMessage(), not both") });
    await expect(receiveMessage(two, new Uint8Array(1))).rejects.toMatchObject({ code: "EINVAL", cause });
    await one.close();
    expect(await plain).toBe(0);
    await two.close();
    const server = await listener();
    expect(await codeOf(() => receiveMessage(server as never, new Uint8Array(1)))).toBe("ENOTCONN");
    await server.close();
  });

  test("leave select() as it is", async () => {
    const [one, two] = unixPair();
    await sendMessage(one, { bytes: text("x") });
    const readable = [two];
    expect(await select(readable, null, null, { timeout: 1000 })).toBe(1);
    expect(await two.receive(new Uint8Array(4))).toBe(1);
    await Promise.all([one.close(), two.close()]);
  });
});

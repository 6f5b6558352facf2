import {
  AddressFamily,
  InternetAddress,
  SO_ERROR,
  SO_LINGER,
  SO_RCVTIMEO,
  SocketShutdown,
  SocketType,
  UnixAddress,
  WOULD_BLOCK,
} from "@omnisock/core";
import { describe, expect, test } from "vitest";
import {
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLOUT,
  poll,
  Socket,
  socketPair,
} from "../../dist/sync/index.js";
import { loopback, read, text } from "../support.ts";
import { addressOf, codeOf, datagrams, listener, tcpPair } from "./support.ts";

const room = new Uint8Array(1024);

describe("a stream", () => {
  test("carries bytes both ways, and ends", () => {
    const [client, server] = tcpPair();
    client.sendAll(text("hello"));
    expect(read(room, server.receive(room))).toBe("hello");
    server.sendAll(text("welcome"));
    server.shutdown(SocketShutdown.SEND);
    expect(read(room, client.receive(room, MSG_WAITALL))).toBe("welcome");
    expect(client.receive(room)).toBe(0);
    client.close();
    server.close();
  });

  test("has the addresses that the kernel says, also for a host name", () => {
    using server = listener();
    const { port } = addressOf(server);
    using client = new Socket(AddressFamily.INET, SocketType.STREAM).connect(new InternetAddress("localhost", port));
    using accepted = server.accept();
    expect(client.remoteAddress).toEqual(server.localAddress);
    expect(accepted.remoteAddress).toEqual(client.localAddress);
    expect(server.remoteAddress).toBeUndefined();
  });

  test("bind() takes the port at once, apart from listen()", () => {
    using first = new Socket(AddressFamily.INET, SocketType.STREAM);
    first.bind(loopback);
    expect(addressOf(first).port).toBeGreaterThan(0);
    using second = new Socket(AddressFamily.INET, SocketType.STREAM);
    expect(codeOf(() => second.bind(addressOf(first)))).toBe("EADDRINUSE");
    using third = new Socket(AddressFamily.INET, SocketType.STREAM);
    expect(codeOf(() => third.connect(addressOf(first)))).toBe("ECONNREFUSED");
  });

  test("connect() that failed may be tried again", () => {
    using early = new Socket(AddressFamily.INET, SocketType.STREAM);
    early.bind(loopback);
    using client = new Socket(AddressFamily.INET, SocketType.STREAM);
    expect(codeOf(() => client.connect(addressOf(early)))).toBe("ECONNREFUSED");
    early.listen();
    expect(client.connect(addressOf(early)).remoteAddress).toEqual(early.localAddress);
  });

  test("receiveFrom() and tryReceiveFrom() without room give nothing at once, from the peer", () => {
    using other = datagrams();
    other.sendTo(text("x"), addressOf(other));
    other.receiveFrom(room);
    const [client, server] = tcpPair();
    client.setOption(SO_RCVTIMEO, 10_000);
    const nothing = { byteLength: 0, from: server.localAddress, isTruncated: false };
    expect(client.receiveFrom(new Uint8Array(0))).toEqual(nothing);
    expect(client.tryReceiveFrom(new Uint8Array(0))).toEqual(nothing);
    server.close();
    client.close();
    expect(codeOf(() => client.receiveFrom(new Uint8Array(0)))).toBe("EBADF");
  });

  test("takes buffers of 4 GiB, of which the kernel moves less at once", () => {
    const [one, two] = socketPair();
    const long = new Uint8Array(2 ** 32);
    expect(one.trySend(long)).toBeGreaterThan(0);
    expect(two.receive(long)).toBeGreaterThan(0);
    two.send(text("back"));
    expect(one.receiveFrom(long).byteLength).toBe(4);
    two.send(text("again"));
    expect(one.receiveMessage(long).byteLength).toBe(5);
    one.close();
    two.close();
  });

  test("that is not blocking would block instead, by error and by WOULD_BLOCK", () => {
    const [client, server] = tcpPair();
    expect(client.blocking).toBe(true);
    client.blocking = false;
    expect(client.blocking).toBe(false);
    expect(codeOf(() => client.receive(room))).toBe("EAGAIN");
    expect(client.tryReceive(room)).toBe(WOULD_BLOCK);
    expect(server.tryReceive(room), "and a try never waits").toBe(WOULD_BLOCK);
    expect(codeOf(() => server.receive(room, MSG_DONTWAIT))).toBe("EAGAIN");
    const much = new Uint8Array(1 << 20);
    let sent = 0;
    for (let count = 0; count !== WOULD_BLOCK; count = client.trySend(much)) sent += count;
    expect(sent).toBeGreaterThan(0);
    server.close();
    client.close();
  });

  test("connect() that is not blocking is EINPROGRESS, then writable", () => {
    using server = listener();
    using client = new Socket(AddressFamily.INET, SocketType.STREAM);
    client.blocking = false;
    expect(codeOf(() => client.connect(addressOf(server)))).toBe("EINPROGRESS");
    const entry = { socket: client, events: POLLOUT, revents: 0 };
    expect(poll([entry])).toBe(1);
    expect(entry.revents & POLLOUT).toBe(POLLOUT);
    expect(client.getOption(SO_ERROR)).toBe(0);
  });

  test("MSG_PEEK leaves the bytes, MSG_TRUNC drops them", () => {
    const [client, server] = tcpPair();
    client.sendAll(text("abcdef"));
    expect(read(room, server.receive(room.subarray(0, 3), MSG_PEEK | MSG_WAITALL))).toBe("abc");
    expect(server.receive(room.subarray(0, 3), MSG_TRUNC)).toBe(3);
    expect(read(room, server.receive(room))).toBe("def");
    client.close();
    server.close();
  });

  test("MSG_OOB carries one urgent byte past the others", () => {
    const [client, server] = tcpPair();
    client.sendAll(text("ab"));
    expect(client.send(text("!"), MSG_OOB)).toBe(1);
    client.sendAll(text("cd"));
    expect(read(room, server.receive(room.subarray(0, 1), MSG_OOB))).toBe("!");
    expect(
      codeOf(() => server.receive(room, MSG_OOB)),
      "there is one only",
    ).toBe("EINVAL");
    expect(read(room, server.receive(room)), "receiving stops at the mark").toBe("ab");
    expect(server.isAtMark).toBe(true);
    expect(read(room, server.receive(room, MSG_DONTWAIT))).toBe("cd");
    client.close();
    server.close();
  });

  test("receiveExactly() goes on until the buffer is full, and takes nothing that follows", () => {
    const [client, server] = tcpPair();
    client.sendAll(text("ab"));
    client.send(text("!"), MSG_OOB);
    client.sendAll(text("cdef"));
    expect(read(room, server.receiveExactly(room.subarray(0, 4))), "past the mark, where receiving stops").toBe("abcd");
    expect(read(room, server.receive(room))).toBe("ef");
    client.close();
    server.close();
  });

  test("receiveExactly() gives fewer bytes at the end, or when the time is up", () => {
    const [client, server] = tcpPair();
    server.setOption(SO_RCVTIMEO, 20);
    const into = room.subarray(0, 5);
    expect(codeOf(() => server.receiveExactly(into))).toBe("EAGAIN");
    client.sendAll(text("part"));
    expect(read(into, server.receiveExactly(into))).toBe("part");
    client.sendAll(text("whole"));
    client.sendAll(text("end"));
    client.shutdown(SocketShutdown.SEND);
    expect(read(into, server.receiveExactly(into))).toBe("whole");
    expect(read(into, server.receiveExactly(into))).toBe("end");
    expect(server.receiveExactly(into)).toBe(0);
    expect(server.receiveExactly(new Uint8Array(0))).toBe(0);
    client.close();
    server.close();
  });

  test("receiveExactly() gives what came before a reset, which the next call tells", () => {
    const broken = (): Socket => {
      const [client, server] = tcpPair();
      client.sendAll(text("part"));
      client.setOption(SO_LINGER, { seconds: 0 });
      client.close();
      expect(read(room, server.receiveExactly(room))).toBe("part");
      return server;
    };
    const verbs = [
      "receive",
      "tryReceive",
      "receiveFrom",
      "tryReceiveFrom",
      "receiveMessage",
      "receiveExactly",
    ] as const;
    for (const verb of verbs) {
      const server = broken();
      expect(
        codeOf(() => server[verb](room)),
        verb,
      ).toBe("ECONNRESET");
      expect(server.receive(room), "told once, as the kernel does").toBe(0);
      server.close();
    }
    const server = broken();
    server.close();
    expect(codeOf(() => server.receive(room))).toBe("EBADF");
  });

  test("receiveExactly() is for streams, and for bytes", () => {
    const [one, two] = socketPair(SocketType.DGRAM);
    one.send(text("kept"));
    expect(codeOf(() => two.receiveExactly(room))).toBe("EOPNOTSUPP");
    expect(read(room, two.receive(room))).toBe("kept");
    expect(codeOf(() => one.receiveExactly("text" as unknown as Uint8Array))).toBe("TypeError");
    one.close();
    two.close();
  });

  test("a peer that is gone is EPIPE, not a signal", () => {
    const [one, two] = socketPair();
    two.close();
    expect(codeOf(() => one.sendAll(text("x")))).toBe("EPIPE");
    one.close();
  });

  test("every verb of a closed socket is EBADF", () => {
    const socket = listener();
    socket.close();
    socket.close();
    expect(socket.isClosed).toBe(true);
    for (const call of [
      () => socket.accept(),
      () => socket.bind(loopback),
      () => socket.listen(),
      () => socket.connect(new InternetAddress("127.0.0.1", 9)),
      () => socket.send(room),
      () => socket.sendTo(room, loopback),
      () => socket.receive(room),
      () => socket.receive(new Uint8Array(0)),
      () => socket.receiveExactly(room),
      () => socket.receiveExactly(new Uint8Array(0)),
      () => socket.receiveFrom(room),
      () => socket.shutdown(SocketShutdown.BOTH),
      () => socket.getOption(SO_ERROR),
      () => socket.localAddress,
      () => socket.remoteAddress,
      () => socket.fd,
      () => socket.detach(),
      () => socket.blocking,
      () => socket.isAtMark,
      () => socket.peerCredentials,
    ]) {
      expect(codeOf(call), String(call)).toBe("EBADF");
    }
  });

  test("detach() and adopt() hand a connection over", () => {
    const [client, server] = tcpPair();
    const adopted = Socket.adopt(server.detach());
    expect(server.isClosed).toBe(true);
    server.close();
    client.sendAll(text("still here"));
    expect(read(room, adopted.receive(room))).toBe("still here");
    expect([adopted.family, adopted.type]).toEqual([AddressFamily.INET, SocketType.STREAM]);
    adopted.close();
    client.close();
    expect(codeOf(() => Socket.adopt(1 << 20))).toBe("EBADF");
  });
});

describe("tcpInfo", () => {
  test("has the kernel's own name for each state", () => {
    const fresh = new Socket(AddressFamily.INET, SocketType.STREAM);
    expect(fresh.tcpInfo.state).toBe("CLOSE");
    fresh.close();
    using server = listener();
    expect(server.tcpInfo.state).toBe("LISTEN");
    const [client, accepted] = tcpPair();
    expect(client.tcpInfo.state).toBe("ESTABLISHED");
    client.sendAll(text("x"));
    accepted.receive(room);
    accepted.shutdown(SocketShutdown.SEND);
    expect(client.receive(room)).toBe(0);
    expect(client.tcpInfo.state).toBe("CLOSE_WAIT");
    expect(accepted.tcpInfo.state, "2 once the peer has acknowledged it").toMatch(/^FIN_WAIT[12]$/);
    expect(client.tcpInfo.congestionWindow).toBeGreaterThan(0);
    accepted.close();
    client.close();
    const [one, two] = socketPair();
    expect(codeOf(() => one.tcpInfo)).toMatch(/EOPNOTSUPP|ENOPROTOOPT/);
    one.close();
    two.close();
  });
});

describe("a Unix stream", () => {
  test("knows its peer's process", () => {
    const name = UnixAddress.abstract(`omnisock-sync-${crypto.randomUUID()}`);
    using server = new Socket(AddressFamily.UNIX, SocketType.STREAM);
    server.bind(name);
    server.listen(1);
    using client = new Socket(AddressFamily.UNIX, SocketType.STREAM).connect(name);
    using accepted = server.accept();
    expect(accepted.localAddress).toEqual(name);
    expect(accepted.remoteAddress).toEqual(UnixAddress.UNNAMED);
    expect(client.peerCredentials).toEqual({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
    const [one, two] = tcpPair();
    expect(codeOf(() => one.peerCredentials)).toBe("EOPNOTSUPP");
    using alone = new Socket(AddressFamily.UNIX, SocketType.STREAM);
    expect(alone.peerCredentials).toEqual({ pid: 0, uid: 4_294_967_295, gid: 4_294_967_295 });
    one.close();
    two.close();
  });

  test("to a name that nobody has is ECONNREFUSED, to a path without file ENOENT", () => {
    using client = new Socket(AddressFamily.UNIX, SocketType.STREAM);
    expect(codeOf(() => client.connect(UnixAddress.abstract(crypto.randomUUID())))).toBe("ECONNREFUSED");
    expect(codeOf(() => client.connect(new UnixAddress(`/tmp/${crypto.randomUUID()}`)))).toBe("ENOENT");
  });
});

import { AddressFamily, Internet6Address, InternetAddress, SocketType, socketClass } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWith } from "../expect.ts";

export const create: Topic = {
  name: "create",
  cases: [
    ...eachFamily({
      id: "create-new",
      title: "new Socket() is open, and has its family, its type and no address",
      source: "POSIX socket()",
      async run(fixture, family) {
        const socket = fixture.socket(family);
        equal(socket.family, family, "family");
        equal(socket.type, SocketType.STREAM, "type");
        equal(socket.localAddress, undefined, "localAddress");
        equal(socket.remoteAddress, undefined, "remoteAddress");
      },
    }),
    {
      id: "create-wrong-family",
      title: "new Socket() of a family that is none is a TypeError",
      source: "POSIX socket(), EAFNOSUPPORT, as a caller's mistake",
      async run(fixture) {
        const Socket = socketClass(fixture.adapter);
        for (const family of [undefined, null, "", "inet", "AF_INET", 2, "toString", {}] as AddressFamily[]) {
          await failsWith(() => new Socket(family, SocketType.STREAM), TypeError, `family ${String(family)}`);
        }
      },
    },
    {
      id: "create-wrong-type",
      title: "new Socket() of a type that is none is a TypeError",
      source: "POSIX socket(), EPROTOTYPE, as a caller's mistake",
      async run(fixture) {
        const Socket = socketClass(fixture.adapter);
        for (const type of [undefined, null, "", "stream", "SOCK_STREAM", 1, "toString", {}] as SocketType[]) {
          await failsWith(() => new Socket(AddressFamily.INET, type), TypeError, `type ${String(type)}`);
        }
      },
    },
    {
      id: "create-address-port",
      title: "new InternetAddress() and new Internet6Address() with a port out of range are a RangeError",
      source: "POSIX sockaddr_in, in_port_t",
      async run() {
        const ports = [-1, 65536, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 80, "80", null] as number[];
        for (const port of ports) {
          await failsWith(() => new InternetAddress("127.0.0.1", port), RangeError, `port ${port}`);
          await failsWith(() => new Internet6Address("::1", port), RangeError, `port ${port}`);
        }
        for (const port of [0, 65535]) equal(new InternetAddress("127.0.0.1", port).port, port, "port");
      },
    },
    {
      id: "create-address-host",
      title: "new InternetAddress() and new Internet6Address() with a host of the other family are a TypeError",
      source: "POSIX sockaddr_in, sockaddr_in6",
      async run() {
        await failsWith(() => new InternetAddress("::1", 80), TypeError, "an IPv6 host");
        await failsWith(() => new Internet6Address("127.0.0.1", 80), TypeError, "an IPv4 host");
        const none = [undefined, null, {}, ["127.0.0.1"]] as unknown as string[];
        for (const host of none) {
          await failsWith(() => new InternetAddress(host, 80), TypeError, `host ${String(host)}`);
          await failsWith(() => new Internet6Address(host, 80), TypeError, `host ${String(host)}`);
        }
      },
    },
    {
      id: "create-unconnected-io",
      title: "send(), receive() and shutdown() before connect() are ENOTCONN, accept() is EINVAL",
      source: "POSIX send(), recv(), shutdown(), accept()",
      async run(fixture) {
        const socket = fixture.socket();
        const byte = new Uint8Array(1);
        await fails(socket.send(byte), "ENOTCONN", "send()");
        await fails(socket.sendAll(byte), "ENOTCONN", "sendAll()");
        await fails(() => socket.trySend(byte), "ENOTCONN", "trySend()");
        await fails(socket.receive(byte), "ENOTCONN", "receive()");
        await fails(() => socket.tryReceive(byte), "ENOTCONN", "tryReceive()");
        await fails(socket.shutdown("BOTH"), "ENOTCONN", "shutdown()");
        await fails(socket.accept(), "EINVAL", "accept()");
      },
    },
  ],
};

import { AddressFamily, Internet6Address, InternetAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWith } from "../expect.ts";
import { bytes, receiveExactly, text } from "../traffic.ts";

export const connect: Topic = {
  name: "connect",
  cases: [
    ...eachFamily({
      id: "connect-resolves",
      title: "connect() resolves to the socket, connected",
      source: "POSIX connect()",
      async run(fixture, family) {
        const listener = await fixture.listener(family);
        const socket = fixture.socket(family);
        const connecting = socket.connect(listener.localAddress);
        equal(socket.remoteAddress, undefined, "remoteAddress while connecting");
        equal(await connecting, socket, "what connect() resolves to");
        equal(String(socket.remoteAddress), String(listener.localAddress), "remoteAddress");
        equal((socket.localAddress?.port ?? 0) > 0, true, "whether there is a local port");
      },
    }),
    ...eachFamily({
      id: "connect-refused",
      title: "connect() where nobody listens is ECONNREFUSED",
      source: "POSIX connect(); libuv connection_fail; oven-sh/bun#37093; behaviours 39",
      async run(fixture, family) {
        const to = await fixture.deserted(family);
        const error = await fails(fixture.socket(family).connect(to), "ECONNREFUSED", "connect()");
        equal(error.errno, 111, "errno");
        equal(error.syscall, "connect", "syscall");
        equal(error.address, to.host, "address");
        equal(error.port, to.port, "port");
      },
    }),
    {
      id: "connect-again",
      title: "connect() that failed leaves the socket as it was: it may try again",
      source: "Linux connect(2)",
      async run(fixture) {
        const listener = await fixture.listener();
        const socket = fixture.socket();
        await fails(socket.connect(await fixture.deserted()), "ECONNREFUSED", "the first connect()");
        equal(socket.remoteAddress, undefined, "remoteAddress");
        await fails(socket.send(bytes("lost")), "ENOTCONN", "send()");
        await socket.connect(listener.localAddress);
        const server = fixture.own(await listener.accept());
        await socket.sendAll(bytes("found"));
        equal(text(await receiveExactly(server, 5)), "found", "what arrived");
      },
    },
    {
      id: "connect-send-before",
      title: "connect() under way: send() is ENOTCONN, so that nothing is lost when it is refused",
      source: "libuv tcp_write_after_connect; behaviours 8",
      async run(fixture) {
        const socket = fixture.socket();
        const refused = fails(socket.connect(await fixture.deserted()), "ECONNREFUSED", "connect()");
        await fails(socket.send(bytes("lost")), "ENOTCONN", "send()");
        await fails(socket.sendAll(bytes("lost")), "ENOTCONN", "sendAll()");
        await fails(() => socket.trySend(bytes("lost")), "ENOTCONN", "trySend()");
        await refused;
      },
    },
    {
      id: "connect-connected",
      title: "connect() on a connected socket is EISCONN, at both ends, and the connection stays",
      source: "POSIX connect(); LTP connect01; behaviours 42",
      async run(fixture) {
        const listener = await fixture.listener();
        const [client, server] = await fixture.pair();
        for (const end of [client, server]) {
          const error = await fails(end.connect(listener.localAddress), "EISCONN", "connect()");
          equal(error.syscall, "connect", "syscall");
          equal(error.port, listener.localAddress.port, "port");
        }
        await client.sendAll(bytes("still"));
        equal(text(await receiveExactly(server, 5)), "still", "what arrived");
      },
    },
    {
      id: "connect-connecting",
      title: "connect() while connecting is EALREADY, and the first goes on",
      source: "POSIX connect()",
      async run(fixture) {
        const listener = await fixture.listener();
        const socket = fixture.socket();
        const connecting = socket.connect(listener.localAddress);
        await fails(socket.connect(listener.localAddress), "EALREADY", "the second connect()");
        equal(await connecting, socket, "the first connect()");
      },
    },
    {
      id: "connect-listener",
      title: "connect() on a listener is EOPNOTSUPP, and it listens on",
      source: "POSIX connect()",
      async run(fixture) {
        const other = await fixture.listener();
        const socket = fixture.socket();
        await socket.bind(fixture.loopback());
        const listening = socket.listen();
        await fails(socket.connect(other.localAddress), "EOPNOTSUPP", "connect() while listen() is under way");
        const listener = await listening;
        await fails(socket.connect(other.localAddress), "EOPNOTSUPP", "connect() of a listener");
        await fixture.socket().connect(listener.localAddress);
        fixture.own(await listener.accept());
      },
    },
    {
      id: "connect-wrong-family",
      title: "connect() to an address of the other family is EAFNOSUPPORT",
      source: "POSIX connect()",
      async run(fixture) {
        const { INET, INET6 } = AddressFamily;
        for (const [family, other] of [[INET, INET6] as const, [INET6, INET] as const]) {
          const listener = await fixture.listener(other);
          const connecting = fixture.socket(family).connect(listener.localAddress);
          const error = await fails(connecting, "EAFNOSUPPORT", `connect() of ${family}`);
          equal(error.address, listener.localAddress.host, "address");
          equal(error.port, listener.localAddress.port, "port");
        }
      },
    },
    {
      id: "connect-no-address",
      title: "connect() to what is no address is a TypeError",
      source: "POSIX connect(), EFAULT, as a caller's mistake",
      async run(fixture) {
        const { localAddress } = await fixture.listener();
        const { host, port, family } = localAddress;
        const socket = fixture.socket();
        const wrong = [undefined, null, String(localAddress), port, { host, port, family }] as InternetAddress[];
        for (const to of wrong) await failsWith(socket.connect(to), TypeError, `connect(${String(to)})`);
        await socket.connect(localAddress);
      },
    },
    ...eachFamily({
      id: "connect-name",
      title: "connect() to localhost, a name, connects to the loopback address",
      source: "RFC 6761 section 6.3",
      async run(fixture, family) {
        const { port, host } = (await fixture.listener(family)).localAddress;
        const to =
          family === AddressFamily.INET
            ? new InternetAddress("localhost", port)
            : new Internet6Address("localhost", port);
        const client = await fixture.socket(family).connect(to);
        equal(client.remoteAddress.host, host, "the peer's host");
      },
    }),
    ...eachFamily({
      id: "connect-not-found",
      title: "connect() to a host name that does not exist is ENOTFOUND",
      source: "POSIX getaddrinfo(), EAI_NONAME; RFC 6761 section 6.4",
      async run(fixture, family) {
        const listener = await fixture.listener(family);
        const socket = fixture.socket(family);
        const Address = family === AddressFamily.INET ? InternetAddress : Internet6Address;
        const error = await fails(socket.connect(new Address("name.invalid", 80)), "ENOTFOUND", "connect()");
        equal(error.syscall, "getaddrinfo", "syscall");
        equal(error.address, "name.invalid", "address");
        equal(error.port, 80, "port");
        await socket.connect(listener.localAddress);
      },
    }),
    {
      id: "connect-several",
      title: "connect() to a name with several addresses tries them in turn",
      source: "RFC 6724 section 2",
      async run(fixture) {
        const listener = await fixture.listener();
        const { port, host } = listener.localAddress;
        const socket = fixture.socketWith({ resolve: async () => ["127.0.0.2", host, "127.0.0.3"] });
        const client = await socket.connect(new InternetAddress("several.test", port));
        equal(String(client.remoteAddress), String(listener.localAddress), "the peer");
      },
    },
    {
      id: "connect-none-of-several",
      title: "connect() to a name none of whose addresses answers reports the last",
      source: "RFC 6724 section 2",
      async run(fixture) {
        const { port } = await fixture.deserted();
        const socket = fixture.socketWith({ resolve: async () => ["127.0.0.2", "127.0.0.3"] });
        const error = await fails(
          socket.connect(new InternetAddress("several.test", port)),
          "ECONNREFUSED",
          "connect()",
        );
        equal(error.address, "127.0.0.3", "address");
      },
    },
    {
      id: "connect-closed",
      title: "connect() after close() is EBADF, and so are bind() and listen()",
      source: "POSIX connect(), bind(), listen()",
      async run(fixture) {
        const listener = await fixture.listener();
        const socket = fixture.socket();
        await socket.close();
        const error = await fails(socket.connect(listener.localAddress), "EBADF", "connect()");
        equal(error.port, listener.localAddress.port, "port");
        await fails(socket.bind(fixture.loopback()), "EBADF", "bind()");
        await fails(socket.listen(), "EBADF", "listen()");
      },
    },
  ],
};

import { AddressFamily, Internet6Address, InternetAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWith } from "../expect.ts";
import { bytes, receiveExactly, text } from "../traffic.ts";

/** An address of documentation (RFC 5737, RFC 3849): no machine has it. */
const foreign = {
  [AddressFamily.INET]: new InternetAddress("203.0.113.1", 0),
  [AddressFamily.INET6]: new Internet6Address("2001:db8::1", 0),
};

export const listen: Topic = {
  name: "listen",
  cases: [
    ...eachFamily({
      id: "listen-ephemeral-port",
      title: "listen() on port 0 reports the port that the system chose",
      source: "POSIX listen(), getsockname(); behaviours 45",
      async run(fixture, family) {
        const socket = fixture.socket(family);
        await socket.bind(fixture.loopback(family));
        equal(await socket.listen(), socket, "what listen() resolves to");
        equal(socket.localAddress?.host, fixture.loopback(family).host, "host");
        equal((socket.localAddress?.port ?? 0) > 0, true, "whether there is a port");
        const other = await fixture.listener(family);
        equal(other.localAddress.port === socket.localAddress?.port, false, "whether two ports are the same");
      },
    }),
    ...eachFamily({
      id: "listen-unbound",
      title: "listen() without bind() listens on every interface",
      source: "POSIX listen()",
      async run(fixture, family) {
        const listener = await fixture.socket(family).listen();
        const any = family === AddressFamily.INET ? InternetAddress.ADDR_ANY : Internet6Address.ADDR_ANY;
        equal(listener.localAddress.host, any, "host");
        const client = fixture.socket(family);
        await client.connect(fixture.loopback(family, listener.localAddress.port));
        const server = fixture.own(await listener.accept());
        equal(String(server.remoteAddress), String(client.localAddress), "the client's address");
        equal(String(server.localAddress), String(client.remoteAddress), "the server's address");
      },
    }),
    {
      id: "listen-dual-stack",
      title: "listen() on every IPv6 interface takes IPv4 connections too",
      source: "RFC 3493 section 3.7; behaviours 46",
      async run(fixture) {
        const listener = await fixture.socket(AddressFamily.INET6).listen();
        const client = fixture.socket(AddressFamily.INET);
        await client.connect(fixture.loopback(AddressFamily.INET, listener.localAddress.port));
        const server = fixture.own(await listener.accept());
        equal(server.family, AddressFamily.INET6, "family");
        equal(server.remoteAddress.family, AddressFamily.INET6, "the family of the client's address");
        equal(server.remoteAddress.port, client.localAddress?.port, "the client's port");
        equal(server.remoteAddress.host, new Internet6Address("::ffff:127.0.0.1", 0).host, "the client's host");
        await client.sendAll(bytes("four"));
        equal(text(await receiveExactly(server, 4)), "four", "what arrived");
      },
    },
    {
      id: "listen-name",
      title: "listen() on a host name listens on its address",
      source: "RFC 6761 section 6.3",
      async run(fixture) {
        const socket = fixture.socket();
        await socket.bind(new InternetAddress("localhost", 0));
        const listener = await socket.listen();
        equal(listener.localAddress.host, fixture.loopback().host, "host");
      },
    },
    {
      id: "listen-not-found",
      title: "listen() on a host name that does not exist is ENOTFOUND",
      source: "POSIX getaddrinfo(), EAI_NONAME; RFC 6761 section 6.4",
      async run(fixture) {
        const socket = fixture.socket();
        await socket.bind(new InternetAddress("name.invalid", 0));
        const error = await fails(socket.listen(), "ENOTFOUND", "listen()");
        equal(error.syscall, "getaddrinfo", "syscall");
        equal(error.address, "name.invalid", "address");
      },
    },
    ...eachFamily({
      id: "listen-in-use",
      title: "listen() where another socket listens is EADDRINUSE, and works when that has closed",
      source: "POSIX bind(); behaviours 40",
      async run(fixture, family) {
        const first = await fixture.listener(family);
        const second = fixture.socket(family);
        await second.bind(first.localAddress);
        const error = await fails(second.listen(), "EADDRINUSE", "listen()");
        equal(error.syscall, "listen", "syscall");
        equal(error.errno, 98, "errno");
        equal(error.address, first.localAddress.host, "address");
        equal(error.port, first.localAddress.port, "port");
        await first.close();
        await second.listen();
        equal(String(second.localAddress), String(first.localAddress), "the second listener's address");
      },
    }),
    ...eachFamily({
      id: "listen-not-local",
      title: "listen() on an address that is not this machine's is EADDRNOTAVAIL",
      source: "POSIX bind(); behaviours 41",
      async run(fixture, family) {
        const socket = fixture.socket(family);
        await socket.bind(foreign[family]);
        const error = await fails(socket.listen(), "EADDRNOTAVAIL", "listen()");
        equal(error.errno, 99, "errno");
        equal(error.address, foreign[family].host, "address");
      },
    }),
    {
      id: "listen-twice",
      title: "listen() on a listener is EINVAL, also while the first is under way",
      source: "issue 2: one result for each misuse",
      async run(fixture) {
        const socket = fixture.socket();
        const listening = socket.listen();
        await fails(socket.listen(), "EINVAL", "listen() while listening");
        await listening;
        await fails(socket.listen(), "EINVAL", "the second listen()");
      },
    },
    {
      id: "listen-connected",
      title: "listen() on a connected socket is EINVAL",
      source: "POSIX listen()",
      async run(fixture) {
        for (const end of await fixture.pair()) await fails(end.listen(), "EINVAL", "listen()");
      },
    },
    {
      id: "listen-wrong-backlog",
      title: "listen() with a backlog that is no whole number from 1 up is a RangeError",
      source: "POSIX listen(), as a caller's mistake",
      async run(fixture) {
        const socket = fixture.socket();
        for (const backlog of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null] as number[]) {
          await failsWith(socket.listen(backlog), RangeError, `listen(${backlog})`);
        }
        await socket.listen(1);
      },
    },
    ...eachFamily({
      id: "listen-again",
      title: "listen() on the port of a closed listener works at once, its connections or not",
      source: "POSIX SO_REUSEADDR; denoland/deno#22885; behaviours 43",
      async run(fixture, family) {
        const first = await fixture.listener(family);
        const client = await fixture.socket(family).connect(first.localAddress);
        const server = fixture.own(await first.accept());
        const accepting = fails(first.accept(), "EBADF", "accept()");
        await first.close();
        // The accepting end closes first: its port stays in TIME_WAIT.
        await server.close();
        await client.close();
        const second = fixture.socket(family);
        await second.bind(first.localAddress);
        await second.listen();
        await fixture.socket(family).connect(first.localAddress);
        fixture.own(await second.accept());
        await accepting;
      },
    }),
  ],
};

import { AddressFamily, InternetAddress } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWith } from "../expect.ts";

export const bind: Topic = {
  name: "bind",
  cases: [
    ...eachFamily({
      id: "bind-names",
      title: "bind() names the local address",
      source: "POSIX bind()",
      async run(fixture, family) {
        const socket = fixture.socket(family);
        await socket.bind(fixture.loopback(family, 4711));
        equal(String(socket.localAddress), String(fixture.loopback(family, 4711)), "localAddress");
        equal(socket.remoteAddress, undefined, "remoteAddress");
      },
    }),
    {
      id: "bind-twice",
      title: "bind() on a bound socket is EINVAL, and the first address stays",
      source: "POSIX bind()",
      async run(fixture) {
        const socket = fixture.socket();
        await socket.bind(fixture.loopback());
        const error = await fails(socket.bind(fixture.loopback(AddressFamily.INET, 1)), "EINVAL", "the second bind()");
        equal(error.syscall, "bind", "syscall");
        equal(error.port, 1, "port");
        equal(socket.localAddress?.port, 0, "the bound port");
      },
    },
    {
      id: "bind-late",
      title: "bind() on a socket that listens or is connected is EINVAL",
      source: "POSIX bind()",
      async run(fixture) {
        const listener = fixture.socket();
        await listener.listen();
        await fails(listener.bind(fixture.loopback()), "EINVAL", "bind() of a listener");
        for (const end of await fixture.pair()) {
          await fails(end.bind(fixture.loopback()), "EINVAL", "bind() of a connection");
        }
      },
    },
    {
      id: "bind-while-connecting",
      title: "bind() and listen() while connecting are EINVAL",
      source: "POSIX bind(), listen()",
      async run(fixture) {
        const listener = await fixture.listener();
        const socket = fixture.socket();
        const connecting = socket.connect(listener.localAddress);
        await fails(socket.bind(fixture.loopback()), "EINVAL", "bind()");
        await fails(socket.listen(), "EINVAL", "listen()");
        equal(await connecting, socket, "connect()");
      },
    },
    {
      id: "bind-wrong-family",
      title: "bind() to an address of the other family is EAFNOSUPPORT",
      source: "POSIX bind()",
      async run(fixture) {
        const { INET, INET6 } = AddressFamily;
        for (const [family, other] of [[INET, INET6] as const, [INET6, INET] as const]) {
          const socket = fixture.socket(family);
          const error = await fails(socket.bind(fixture.loopback(other)), "EAFNOSUPPORT", `bind() of ${family}`);
          equal(error.address, fixture.loopback(other).host, "address");
          await socket.bind(fixture.loopback(family));
        }
      },
    },
    {
      id: "bind-no-address",
      title: "bind() to what is no address is a TypeError",
      source: "POSIX bind(), EFAULT, as a caller's mistake",
      async run(fixture) {
        const socket = fixture.socket();
        const { host, port, family } = fixture.loopback();
        const wrong = [undefined, null, "127.0.0.1:80", 80, { host, port, family }] as InternetAddress[];
        for (const at of wrong) await failsWith(socket.bind(at), TypeError, `bind(${String(at)})`);
        await socket.bind(fixture.loopback());
      },
    },
    {
      id: "bind-then-connect",
      title: "bind() to a loopback port, then connect(), connects from there",
      source: "POSIX bind(), connect()",
      needs: ["connect-from"],
      async run(fixture) {
        const listener = await fixture.listener();
        const from = await fixture.deserted();
        const client = fixture.socket();
        await client.bind(from);
        const accepted = listener.accept();
        await client.connect(listener.localAddress);
        equal(String(client.localAddress), String(from), "the client's own address");
        equal(String(fixture.own(await accepted).remoteAddress), String(from), "the client's address at the server");
      },
    },
    {
      id: "bind-then-connect-any-port",
      title: "bind() to a loopback host without a port, then connect(), connects from that host",
      source: "POSIX bind(), connect()",
      needs: ["connect-from"],
      async run(fixture) {
        const listener = await fixture.listener();
        const client = fixture.socket();
        await client.bind(fixture.loopback());
        const accepted = listener.accept();
        await client.connect(listener.localAddress);
        const server = fixture.own(await accepted);
        equal(server.remoteAddress.host, fixture.loopback().host, "the client's host at the server");
        equal(String(client.localAddress), String(server.remoteAddress), "the client's own address");
      },
    },
    {
      id: "bind-then-connect-taken",
      title: "bind() to a port that somebody listens on, then connect(), is EADDRINUSE",
      source: "POSIX connect()",
      needs: ["connect-from"],
      async run(fixture) {
        const listener = await fixture.listener();
        const taken = await fixture.listener();
        const client = fixture.socket();
        await client.bind(taken.localAddress);
        const error = await fails(client.connect(listener.localAddress), "EADDRINUSE", "connect()");
        equal(error.syscall, "connect", "syscall");
      },
    },
    {
      id: "bind-any-then-connect",
      title: "bind() to any host and any port, then connect(), is as no bind()",
      source: "POSIX bind(), INADDR_ANY",
      async run(fixture) {
        const listener = await fixture.listener();
        const client = fixture.socket();
        await client.bind(new InternetAddress(InternetAddress.PORT_ANY));
        await client.connect(listener.localAddress);
        equal(client.localAddress?.host, fixture.loopback().host, "the client's host");
      },
    },
  ],
};

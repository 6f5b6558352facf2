import {
  AddressFamily,
  type Connection,
  Internet6Address,
  IPV6_V6ONLY,
  type Listener,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDTIMEO,
  TCP_KEEPIDLE,
  TCP_NODELAY,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { canSet } from "../option-samples.ts";
import { bytes, receiveExactly, text } from "../traffic.ts";

const MOST_TRIES = 4;

const into = (): Uint8Array => new Uint8Array(100);

/** A connection whose listener has an option, and the listener. */
async function accepted(fixture: Fixture, prepare: (listener: Listener) => void): Promise<[Connection, Connection]> {
  const listener = await fixture.listener();
  prepare(listener);
  const [server, client] = await Promise.all([listener.accept(), fixture.socket().connect(listener.localAddress)]);
  return [client, fixture.own(server)];
}

/** Connects so often, and says how many of the connections each listener got. */
async function shared(fixture: Fixture, listeners: readonly Listener[], connections: number): Promise<number[]> {
  const counts = listeners.map(() => 0);
  let total = 0;
  const accepting = listeners.map(async (listener, index) => {
    for await (const server of listener) {
      fixture.own(server);
      counts[index] = (counts[index] ?? 0) + 1;
      if (++total === connections) await Promise.all(listeners.map((one) => one.close()));
    }
  });
  const at = listeners[0]?.localAddress;
  if (at === undefined) throw new Error("There is no listener");
  for (let index = 0; index < connections; index++) await fixture.socket().connect(at);
  await Promise.all(accepting);
  return counts;
}

export const optionListeners: Topic = {
  name: "options of listeners",
  cases: [
    {
      id: "option-inherited",
      title: "accept() gives a connection the options of its listener, and later changes leave each other alone",
      source: "Linux: a socket is cloned from its listener; tcp(7)",
      async run(fixture) {
        const { TCP_NODELAY: claim } = fixture.adapter.options.stream;
        const isSettable = canSet(claim);
        const listener = fixture.socket();
        await listener.bind(fixture.loopback());
        if (isSettable) listener.setOption(TCP_NODELAY, true);
        listener.setOption(SO_RCVTIMEO, 60_000);
        await listener.listen();
        listener.setOption(SO_SNDTIMEO, 50_000);
        const [server] = await Promise.all([
          listener.accept(),
          fixture.socket().connect(listener.localAddress as never),
        ]);
        fixture.own(server);
        equal(server.getOption(SO_RCVTIMEO), 60_000, "SO_RCVTIMEO of the connection");
        equal(server.getOption(SO_SNDTIMEO), 50_000, "SO_SNDTIMEO of the connection");
        listener.setOption(SO_RCVTIMEO, 0);
        equal(server.getOption(SO_RCVTIMEO), 60_000, "SO_RCVTIMEO of the connection, the listener's changed");
        server.setOption(SO_SNDTIMEO, 1);
        equal(listener.getOption(SO_SNDTIMEO), 50_000, "SO_SNDTIMEO of the listener, the connection's changed");
        if (!isSettable) return;
        equal(listener.getOption(TCP_NODELAY), true, "TCP_NODELAY of the listener");
        equal(server.getOption(TCP_NODELAY), true, "TCP_NODELAY of the connection");
        server.setOption(TCP_NODELAY, false);
        equal(listener.getOption(TCP_NODELAY), true, "TCP_NODELAY of the listener, the connection's changed");
      },
    },
    {
      id: "option-inherited-late",
      title: "setOption() of a listener counts for the connections accepted after it",
      source: "Linux: a socket is cloned from its listener",
      async run(fixture) {
        const { SO_KEEPALIVE: claim, TCP_KEEPIDLE: idle } = fixture.adapter.options.stream;
        const [, before] = await accepted(fixture, () => {});
        const [client, after] = await accepted(fixture, (listener) => {
          if (canSet(claim)) listener.setOption(SO_KEEPALIVE, true);
          if (canSet(idle)) listener.setOption(TCP_KEEPIDLE, 77);
        });
        if (canSet(claim)) {
          equal(before.getOption(SO_KEEPALIVE), false, "SO_KEEPALIVE of a connection of another listener");
          equal(after.getOption(SO_KEEPALIVE), true, "SO_KEEPALIVE of the connection");
          equal(client.getOption(SO_KEEPALIVE), false, "SO_KEEPALIVE of the other end");
        }
        if (canSet(idle)) equal(after.getOption(TCP_KEEPIDLE), 77, "TCP_KEEPIDLE of the connection");
        await client.sendAll(bytes("works"));
        equal(text(await receiveExactly(after, 5)), "works", "what arrived");
      },
    },
    {
      id: "option-linger-accepted",
      title: "SO_LINGER of a listener is its connections', and undefined takes it back",
      source: "socket(7), SO_LINGER",
      needs: ["reset"],
      async run(fixture) {
        const [client, server] = await accepted(fixture, (listener) => listener.setOption(SO_LINGER, { seconds: 0 }));
        const seen = fails(client.receive(into()), "ECONNRESET", "the peer's receive()");
        await server.close();
        await seen;
        const [other, gentle] = await accepted(fixture, (listener) => listener.setOption(SO_LINGER, { seconds: 0 }));
        gentle.setOption(SO_LINGER, undefined);
        equal(gentle.getOption(SO_LINGER), undefined, "SO_LINGER");
        await gentle.close();
        equal(await other.receive(into()), 0, "the peer's receive()");
      },
    },
    {
      id: "option-reuse-address",
      title: "SO_REUSEADDR lets a server listen where it has just closed connections",
      source: "D's chat server; socket(7), SO_REUSEADDR",
      async run(fixture) {
        const first = fixture.socket();
        first.setOption(SO_REUSEADDR, true);
        await first.bind(fixture.loopback());
        const { localAddress } = await first.listen();
        const client = await fixture.socket().connect(localAddress);
        const server = await first.accept();
        // The end that closes first keeps the address in TIME_WAIT.
        await server.close();
        equal(await client.receive(into()), 0, "receive() at the client");
        await Promise.all([client.close(), first.close()]);
        const second = fixture.socket();
        second.setOption(SO_REUSEADDR, true);
        await second.bind(localAddress);
        equal(String((await second.listen()).localAddress), String(localAddress), "the second server's address");
      },
    },
    {
      id: "option-reuse-port",
      title: "SO_REUSEPORT lets two listeners share a port and its connections, and nobody else",
      source: "socket(7), SO_REUSEPORT",
      async run(fixture) {
        const listener = async (port: number, isShared: boolean): Promise<Listener> => {
          const socket = fixture.socket();
          if (isShared) socket.setOption(SO_REUSEPORT, true);
          await socket.bind(fixture.loopback(AddressFamily.INET, port));
          return socket.listen();
        };
        if (!canSet(fixture.adapter.options.listener.SO_REUSEPORT)) {
          await fails(listener(0, true), "ENOPROTOOPT", "setOption()");
          return;
        }
        const first = await listener(0, true);
        const { port } = first.localAddress;
        const second = await listener(port, true);
        equal(second.localAddress.port, port, "the second listener's port");
        await fails(listener(port, false), "EADDRINUSE", "listen() of one that does not share");
        const counts = await shared(fixture, [first, second], 64);
        equal(
          counts.every((count) => count > 0),
          true,
          `both got some of 64 connections: ${counts.join()}`,
        );
      },
    },
    {
      id: "option-reuse-port-off",
      title: "listen() without SO_REUSEPORT on a port is EADDRINUSE, whether the other has it or not",
      source: "socket(7), SO_REUSEPORT",
      async run(fixture) {
        const first = await fixture.listener();
        const second = fixture.socket();
        if (canSet(fixture.adapter.options.listener.SO_REUSEPORT)) second.setOption(SO_REUSEPORT, true);
        await second.bind(first.localAddress);
        await fails(second.listen(), "EADDRINUSE", "listen()");
      },
    },
    {
      id: "option-v6-only",
      title: "IPV6_V6ONLY keeps IPv4 away from a listener on every address; without it, IPv4 comes mapped",
      source: "ipv6(7), IPV6_V6ONLY; CPython CreateServerFunctionalTest; behaviours 46",
      async run(fixture) {
        const listener = async (isAlone: boolean): Promise<Listener> => {
          const socket = fixture.socket(AddressFamily.INET6);
          socket.setOption(IPV6_V6ONLY, isAlone);
          await socket.bind(new Internet6Address(Internet6Address.ADDR_ANY, 0));
          return socket.listen();
        };
        const { IPV6_V6ONLY: claim } = fixture.adapter.options.listener;
        if (claim === undefined) {
          await fails(listener(true), "ENOPROTOOPT", "setOption()");
          return;
        }
        const both = await listener(false);
        const [server] = await Promise.all([
          both.accept(),
          fixture.socket().connect(fixture.loopback(AddressFamily.INET, both.localAddress.port)),
        ]);
        fixture.own(server);
        equal(server.remoteAddress.host, "::ffff:127.0.0.1", "who connected");
        if (!canSet(claim)) {
          await fails(listener(true), "ENOPROTOOPT", "setOption()");
          return;
        }
        const alone = await listener(true);
        const at = fixture.loopback(AddressFamily.INET, alone.localAddress.port);
        await fails(fixture.socket().connect(at), "ECONNREFUSED", "connect() by IPv4");
        await fixture.socket(AddressFamily.INET6).connect(fixture.loopback(AddressFamily.INET6, at.port));
        for (let tries = 0; ; tries++) {
          const { localAddress } = tries === 0 ? alone : await listener(true);
          const beside = fixture.socket();
          await beside.bind(fixture.loopback(AddressFamily.INET, localAddress.port));
          try {
            await beside.listen();
            return;
          } catch (error) {
            // Somebody else on this machine may have the port over IPv4, but not that of each.
            if (tries === MOST_TRIES) throw error;
          }
        }
      },
    },
  ],
};

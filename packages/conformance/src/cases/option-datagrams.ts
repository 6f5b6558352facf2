import {
  type Address,
  AddressFamily,
  type DatagramSocket,
  Internet6Address,
  InternetAddress,
  IP_TTL,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  SO_BROADCAST,
  SO_ERROR,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  select,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { canSet, needing } from "../option-samples.ts";
import { bytes } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(65536);

/** The broadcast address of loopback's network. */
const BROADCAST = "127.255.255.255";

/** A datagram socket on every interface, and its port. */
async function open(
  fixture: Fixture,
  prepare: (socket: DatagramSocket) => void = () => {},
  family: AddressFamily = AddressFamily.INET,
): Promise<[socket: DatagramSocket, port: number]> {
  const socket = fixture.datagramSocket(family);
  prepare(socket);
  await socket.bind(family === AddressFamily.INET ? new InternetAddress(0) : new Internet6Address(0));
  return [socket, (socket.localAddress as Address & { port: number }).port];
}

/** Binds two sockets with an option to one address: that works with it, and is EADDRINUSE without. */
async function bindTwice(fixture: Fixture, option: typeof SO_REUSEADDR): Promise<void> {
  const first = fixture.datagramSocket();
  first.setOption(option, true);
  await first.bind(fixture.loopback());
  const at = first.localAddress as Address;
  const second = fixture.datagramSocket();
  second.setOption(option, true);
  await second.bind(at);
  equal(String(second.localAddress), String(at), "the second socket's address");
  await fails(fixture.datagramSocket().bind(at), "EADDRINUSE", `bind() without ${option.name}`);
  await fixture.datagramSocket().sendTo(bytes("to one of them"), at);
  const received = await Promise.race([first.receive(into()), second.receive(into())]);
  equal(received, 14, "bytes received by one of them");
}

export const optionDatagrams: Topic = {
  name: "options of datagrams",
  cases: [
    ...needing(
      ["SO_BROADCAST"],
      [
        {
          id: "option-broadcast",
          title: "SO_BROADCAST lets datagrams go to a broadcast address, which is EACCES without",
          source: "socket(7), SO_BROADCAST; ip(7); denoland/deno#25581",
          needs: ["datagrams"],
          async run(fixture) {
            const [receiver, port] = await open(fixture);
            const to = new InternetAddress(BROADCAST, port);
            const [sender] = await fixture.boundDatagramSocket();
            if (canSet(fixture.adapter.options.datagram.SO_BROADCAST)) {
              await fails(sender.sendTo(bytes("forbidden"), to), "EACCES", "sendTo() without");
              sender.setOption(SO_BROADCAST, true);
            }
            equal(sender.getOption(SO_BROADCAST), true, "SO_BROADCAST");
            equal(await sender.sendTo(bytes("to all"), to), 6, "bytes sent");
            equal(await receiver.receive(into()), 6, "bytes received");
            if (!canSet(fixture.adapter.options.datagram.SO_BROADCAST)) return;
            sender.setOption(SO_BROADCAST, false);
            await fails(sender.sendTo(bytes("forbidden"), to), "EACCES", "sendTo() after it was taken back");
            await sender.sendTo(bytes("healthy"), fixture.loopback(AddressFamily.INET, port));
            equal(await receiver.receive(into()), 7, "bytes received after");
          },
        },
      ],
    ),
    ...needing(
      ["SO_BROADCAST"],
      [
        {
          id: "option-broadcast-connect",
          title: "connect() to a broadcast address takes SO_BROADCAST, and leaves the socket usable without",
          source: "connect(2), EACCES; socket(7), SO_BROADCAST",
          needs: ["datagrams"],
          async run(fixture) {
            const [receiver, port] = await open(fixture);
            const to = new InternetAddress(BROADCAST, port);
            const [sender, here] = await fixture.boundDatagramSocket();
            if (canSet(fixture.adapter.options.datagram.SO_BROADCAST)) {
              await fails(sender.connect(to), "EACCES", "connect() without");
              equal(String(sender.localAddress), String(here), "the local address after");
              await sender.sendTo(bytes("usable"), fixture.loopback(AddressFamily.INET, port));
              equal(await receiver.receive(into()), 6, "bytes received");
              sender.setOption(SO_BROADCAST, true);
            }
            await sender.connect(to);
            equal(await sender.send(bytes("to all")), 6, "bytes sent");
            const { from } = await receiver.receiveFrom(into());
            equal(String(from), String(here), "the sender");
          },
        },
      ],
    ),
    ...needing(
      ["SO_BROADCAST"],
      [
        {
          id: "option-kept-by-connect",
          title: "connect() and connect() again keep a datagram socket's options",
          source: "connect(2); issue 3: silently ignoring is a defect",
          needs: ["datagrams"],
          async run(fixture) {
            const { datagram } = fixture.adapter.options;
            const [peer, at] = await fixture.boundDatagramSocket();
            const [other, there] = await fixture.boundDatagramSocket();
            const [socket, here] = await fixture.boundDatagramSocket();
            if (canSet(datagram.SO_BROADCAST)) socket.setOption(SO_BROADCAST, true);
            if (canSet(datagram.IP_TTL)) socket.setOption(IP_TTL, 9);
            socket.setOption(SO_RCVTIMEO, 5);
            for (const [to, receiver] of [
              [at, peer],
              [there, other],
            ] as const) {
              await socket.connect(to);
              equal(socket.getOption(SO_BROADCAST), true, "SO_BROADCAST");
              if (canSet(datagram.IP_TTL)) equal(socket.getOption(IP_TTL), 9, "IP_TTL");
              await fails(socket.receive(into()), "EAGAIN", "receive() under SO_RCVTIMEO");
              await socket.send(bytes("x"));
              equal(String((await receiver.receiveFrom(into())).from), String(here), "the sender");
            }
            // The kernel has it still: a broadcast is not EACCES.
            await socket.connect(new InternetAddress(BROADCAST, at.port));
            equal(await socket.send(bytes("x")), 1, "bytes sent to all");
          },
        },
      ],
    ),
    {
      id: "option-datagram-reuse-address",
      title: "SO_REUSEADDR lets datagram sockets that have it share an address, and nobody else",
      source: "ip(7), socket(7), SO_REUSEADDR",
      needs: ["datagrams"],
      async run(fixture) {
        const claim = fixture.adapter.options.datagram.SO_REUSEADDR;
        if (canSet(claim)) await bindTwice(fixture, SO_REUSEADDR);
        else await fails(() => fixture.datagramSocket().setOption(SO_REUSEADDR, true), "ENOPROTOOPT", "setOption()");
      },
    },
    {
      id: "option-datagram-reuse-port",
      title: "SO_REUSEPORT lets datagram sockets that have it share an address, and nobody else",
      source: "socket(7), SO_REUSEPORT",
      needs: ["datagrams"],
      async run(fixture) {
        const claim = fixture.adapter.options.datagram.SO_REUSEPORT;
        if (canSet(claim)) await bindTwice(fixture, SO_REUSEPORT);
        else await fails(() => fixture.datagramSocket().setOption(SO_REUSEPORT, true), "ENOPROTOOPT", "setOption()");
      },
    },
    ...needing(
      ["IPV6_V6ONLY"],
      [
        {
          id: "option-datagram-v6-only",
          title: "IPV6_V6ONLY keeps IPv4 away from a datagram socket on every address; without it, IPv4 comes mapped",
          source: "ipv6(7), IPV6_V6ONLY; Node dgram-ipv6only; behaviours 46",
          needs: ["datagrams"],
          async run(fixture) {
            const [both, port] = await open(fixture, undefined, AddressFamily.INET6);
            await fixture.datagramSocket().sendTo(bytes("mapped"), fixture.loopback(AddressFamily.INET, port));
            const { from } = await both.receiveFrom(into());
            equal(from.host, "::ffff:127.0.0.1", "the sender");
            const only = (socket: DatagramSocket): void => socket.setOption(IPV6_V6ONLY, true);
            if (!canSet(fixture.adapter.options.datagram.IPV6_V6ONLY)) {
              await fails(open(fixture, only, AddressFamily.INET6), "ENOPROTOOPT", "setOption()");
              return;
            }
            const [alone, itsPort] = await open(fixture, only, AddressFamily.INET6);
            const beside = fixture.datagramSocket();
            await beside.bind(new InternetAddress(itsPort));
            await fixture.datagramSocket().sendTo(bytes("IPv4"), fixture.loopback(AddressFamily.INET, itsPort));
            equal(await beside.receive(into()), 4, "bytes at the IPv4 socket");
            const sender = fixture.datagramSocket(AddressFamily.INET6);
            await sender.sendTo(bytes("IPv6!"), fixture.loopback(AddressFamily.INET6, itsPort));
            equal(await alone.receive(into()), 5, "bytes at the IPv6 socket");
          },
        },
      ],
    ),
    {
      id: "option-hops",
      title: "IP_TTL and IPV6_UNICAST_HOPS may be set before and after, and datagrams still go",
      source: "ip(7), IP_TTL; ipv6(7), IPV6_UNICAST_HOPS",
      needs: ["datagrams"],
      async run(fixture) {
        for (const [family, option] of [
          [AddressFamily.INET, IP_TTL],
          [AddressFamily.INET6, IPV6_UNICAST_HOPS],
        ] as const) {
          const [receiver, at] = await fixture.boundDatagramSocket(family);
          const sender = fixture.datagramSocket(family);
          const { datagram } = fixture.adapter.options;
          const claim = family === AddressFamily.INET ? datagram.IP_TTL : datagram.IPV6_UNICAST_HOPS;
          if (!canSet(claim)) {
            await fails(() => sender.setOption(option, 1), "ENOPROTOOPT", option.name);
            continue;
          }
          sender.setOption(option, 1);
          await sender.sendTo(bytes("one"), at);
          sender.setOption(option, 255);
          equal(sender.getOption(option), 255, option.name);
          await sender.sendTo(bytes("far"), at);
          for (let index = 0; index < 2; index++) equal(await receiver.receive(into()), 3, "bytes received");
        }
      },
    },
    {
      id: "option-buffers",
      title: "SO_RCVBUF and SO_SNDBUF say what the kernel made of them, and hold to it",
      source: "socket(7), SO_RCVBUF: the kernel doubles this value",
      needs: ["datagrams"],
      async run(fixture) {
        if (fixture.adapter.options.datagram.SO_RCVBUF !== "ask") {
          const socket = fixture.datagramSocket();
          await fails(() => socket.setOption(SO_RCVBUF, 5000), "ENOPROTOOPT", "SO_RCVBUF");
          await fails(() => socket.getOption(SO_SNDBUF), "ENOPROTOOPT", "SO_SNDBUF");
          return;
        }
        const [fresh] = await fixture.boundDatagramSocket();
        equal(fresh.getOption(SO_RCVBUF) > 1000, true, `the system's SO_RCVBUF, ${fresh.getOption(SO_RCVBUF)}`);
        const early = fixture.datagramSocket();
        early.setOption(SO_RCVBUF, 20_000);
        early.setOption(SO_SNDBUF, 30_000);
        await early.bind(fixture.loopback());
        for (const [option, set] of [
          [SO_RCVBUF, 20_000],
          [SO_SNDBUF, 30_000],
        ] as const) {
          const has = early.getOption(option);
          equal(has === set || has === 2 * set, true, `${option.name}, set to ${set}: ${has}`);
          early.setOption(option, 50_000);
          equal(early.getOption(option) > has, true, `${option.name}, set to more: ${early.getOption(option)}`);
        }
      },
    },
    {
      id: "option-datagram-error",
      title: "SO_ERROR of a connected datagram socket is what came back for a datagram, once",
      source: "udp(7); socket(7), SO_ERROR",
      needs: ["datagrams", "datagram-errors"],
      async run(fixture) {
        const [peer, at] = await fixture.boundDatagramSocket();
        const [socket] = await fixture.boundDatagramSocket();
        await socket.connect(at);
        await peer.close();
        equal(socket.getOption(SO_ERROR), 0, "SO_ERROR at first");
        await socket.send(bytes("lost"));
        await select([socket], [], []);
        equal(socket.getOption(SO_ERROR), 111, "SO_ERROR, ECONNREFUSED");
        equal(socket.getOption(SO_ERROR), 0, "SO_ERROR asked again");
        await fails(socket.receive(into(), { timeout: 0 }), "EAGAIN", "receive() after");
      },
    },
  ],
};

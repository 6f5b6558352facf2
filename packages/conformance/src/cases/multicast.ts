import {
  AddressFamily,
  type DatagramSocket,
  Internet6Address,
  InternetAddress,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  type IpFamily,
  type NetworkInterface,
  SO_ERROR,
  SO_REUSEADDR,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWith } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { canSet, needing } from "../option-samples.ts";
import { bytes, text } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(1000);
/** Linux lets a socket join so many groups at most, unless net.ipv4.igmp_max_memberships says otherwise. */
const MORE_GROUPS_THAN_ALLOWED = 2000;

/** What the two families call the same. */
const of = {
  [AddressFamily.INET]: {
    join: IP_ADD_MEMBERSHIP,
    leave: IP_DROP_MEMBERSHIP,
    hops: IP_MULTICAST_TTL,
    loop: IP_MULTICAST_LOOP,
    on: IP_MULTICAST_IF,
    any: InternetAddress.ADDR_ANY,
    loopback: InternetAddress.ADDR_LOOPBACK,
  },
  [AddressFamily.INET6]: {
    join: IPV6_JOIN_GROUP,
    leave: IPV6_LEAVE_GROUP,
    hops: IPV6_MULTICAST_HOPS,
    loop: IPV6_MULTICAST_LOOP,
    on: IPV6_MULTICAST_IF,
    any: Internet6Address.ADDR_ANY,
    loopback: Internet6Address.ADDR_LOOPBACK,
  },
} as const;

/** A group that nobody else on this machine is in: what another socket joined, every socket would get (ip(7), IP_MULTICAST_ALL). */
function newGroup(family: IpFamily): string {
  const some = (): number => 1 + Math.floor(Math.random() * 254);
  return family === AddressFamily.INET
    ? `239.${some()}.${some()}.${some()}`
    : `ff02::${(0x1000 + some()).toString(16)}:${(0x1000 + some()).toString(16)}`;
}

/** A group of IPv6 whose datagrams no interface puts on its network: they go to the members on this machine alone (RFC 4291 section 2.7). */
function newGroupHere(): string {
  return newGroup(AddressFamily.INET6).replace("ff02", "ff01");
}

/** An interface of this machine that has a network, if there is one: loopback, on Linux, does no multicast of IPv6, and ignores the loop. */
function networkOf(fixture: Fixture, family: IpFamily): NetworkInterface | undefined {
  const names = fixture.adapter
    .interfaces()
    .filter(({ scopeId }) => scopeId > 0)
    .map(({ name }) => name);
  return fixture.adapter.interfaces().find((one) => one.family === family && names.includes(one.name));
}

/** A socket on every interface, and its port. */
async function receiverOn(fixture: Fixture, family: IpFamily): Promise<[socket: DatagramSocket, port: number]> {
  const socket = fixture.datagramSocket(family);
  const address = family === AddressFamily.INET ? new InternetAddress(0) : new Internet6Address(0);
  await socket.bind(address);
  return [socket, socket.localAddress?.port ?? 0];
}

async function received(socket: DatagramSocket): Promise<string> {
  const buffer = into();
  return text(buffer.subarray(0, await socket.receive(buffer)));
}

export const multicast: Topic = {
  name: "multicast",
  cases: needing(
    ["IP_ADD_MEMBERSHIP", "IPV6_JOIN_GROUP"],
    [
      {
        id: "multicast-receive",
        title: "IP_ADD_MEMBERSHIP brings a group's datagrams, IP_DROP_MEMBERSHIP ends them",
        source: "ip(7); libuv udp_multicast_join; behaviours 55",
        needs: ["datagrams"],
        async run(fixture) {
          const [receiver, port] = await receiverOn(fixture, AddressFamily.INET);
          const group = newGroup(AddressFamily.INET);
          // One that is bound to loopback sends its multicast datagrams there.
          const [sender, from] = await fixture.boundDatagramSocket();
          const to = new InternetAddress(group, port);
          const direct = fixture.loopback(AddressFamily.INET, port);
          await sender.sendTo(bytes("too early"), to);
          await sender.sendTo(bytes("direct"), direct);
          equal(await received(receiver), "direct", "what arrived before");
          receiver.setOption(IP_ADD_MEMBERSHIP, { group, interface: "127.0.0.1" });
          await sender.sendTo(bytes("to the group"), to);
          const { from: sentBy } = await receiver.receiveFrom(into());
          equal(String(sentBy), String(from), "the sender");
          receiver.setOption(IP_DROP_MEMBERSHIP, { group, interface: "127.0.0.1" });
          await sender.sendTo(bytes("too late"), to);
          await sender.sendTo(bytes("direct again"), direct);
          equal(await received(receiver), "direct again", "what arrived after");
        },
      },
      {
        id: "multicast-members",
        title: "every member on a port gets a group's datagram",
        source: "ip(7), SO_REUSEADDR; libuv udp_multicast_join",
        needs: ["datagrams"],
        async run(fixture) {
          if (!canSet(fixture.adapter.options.datagram.SO_REUSEADDR)) return;
          const group = newGroup(AddressFamily.INET);
          const first = fixture.datagramSocket();
          first.setOption(SO_REUSEADDR, true);
          await first.bind(new InternetAddress(0));
          const port = first.localAddress?.port ?? 0;
          const second = fixture.datagramSocket();
          second.setOption(SO_REUSEADDR, true);
          await second.bind(new InternetAddress(port));
          for (const one of [first, second]) one.setOption(IP_ADD_MEMBERSHIP, { group, interface: "127.0.0.1" });
          const [sender] = await fixture.boundDatagramSocket();
          await sender.sendTo(bytes("to both"), new InternetAddress(group, port));
          for (const one of [first, second]) equal(await received(one), "to both", "what arrived");
        },
      },
      {
        id: "multicast-receive-ip6",
        title: "IPV6_JOIN_GROUP brings a group's datagrams, IPV6_LEAVE_GROUP ends them",
        source: "RFC 3493 section 5.2; behaviours 55",
        needs: ["datagrams"],
        async run(fixture) {
          const [receiver, port] = await receiverOn(fixture, AddressFamily.INET6);
          const [sender] = await receiverOn(fixture, AddressFamily.INET6);
          const direct = fixture.loopback(AddressFamily.INET6, port);
          const on = networkOf(fixture, AddressFamily.INET6)?.name;
          const group = newGroupHere();
          receiver.setOption(IPV6_JOIN_GROUP, { group, interface: on ?? "::1" });
          const to = new Internet6Address(`${group}%${on}`, port);
          if (on !== undefined) {
            await sender.sendTo(bytes("to the group"), to);
            equal(await received(receiver), "to the group", "what arrived");
            const claimed = "IPV6_MULTICAST_IF" in fixture.adapter.options.datagram;
            if (claimed) {
              sender.setOption(IPV6_MULTICAST_IF, on);
              await sender.sendTo(bytes("by choice"), new Internet6Address(group, port));
              equal(await received(receiver), "by choice", "what arrived by the chosen interface");
            }
          }
          receiver.setOption(IPV6_LEAVE_GROUP, { group, interface: on ?? "::1" });
          if (on !== undefined) await sender.sendTo(bytes("too late"), to);
          await sender.sendTo(bytes("direct"), direct);
          equal(await received(receiver), "direct", "what arrived after");
        },
      },
      {
        id: "multicast-loop-ip6",
        title: "IPV6_MULTICAST_LOOP keeps datagrams from the members on this machine when false",
        source: "ipv6(7), IPV6_MULTICAST_LOOP; libuv udp_multicast_ttl; behaviours 55",
        needs: ["datagrams"],
        async run(fixture) {
          const on = networkOf(fixture, AddressFamily.INET6)?.name;
          if (on === undefined) return;
          const group = newGroupHere();
          const [receiver, port] = await receiverOn(fixture, AddressFamily.INET6);
          receiver.setOption(IPV6_JOIN_GROUP, { group, interface: on });
          const [sender] = await receiverOn(fixture, AddressFamily.INET6);
          const to = new Internet6Address(`${group}%${on}`, port);
          for (const isLooped of [false, true]) {
            sender.setOption(IPV6_MULTICAST_LOOP, isLooped);
            await sender.sendTo(bytes("to the group"), to);
            await sender.sendTo(bytes("direct"), fixture.loopback(AddressFamily.INET6, port));
            if (isLooped) equal(await received(receiver), "to the group", "what arrived with the loop");
            equal(await received(receiver), "direct", "what arrived next");
          }
        },
      },
      {
        id: "multicast-loop",
        title: "IP_MULTICAST_LOOP keeps datagrams from the members on this machine when false",
        source: "ip(7), IP_MULTICAST_LOOP, IP_MULTICAST_TTL; libuv udp_multicast_ttl; behaviours 55",
        needs: ["datagrams"],
        async run(fixture) {
          const on = networkOf(fixture, AddressFamily.INET)?.address;
          // With 0 hops they stay on this machine; else the case would bother the network.
          if (on === undefined || !canSet(fixture.adapter.options.datagram.IP_MULTICAST_TTL)) return;
          const group = newGroup(AddressFamily.INET);
          const [receiver, port] = await receiverOn(fixture, AddressFamily.INET);
          receiver.setOption(IP_ADD_MEMBERSHIP, { group, interface: on });
          const sender = fixture.datagramSocket();
          sender.setOption(IP_MULTICAST_TTL, 0);
          await sender.bind(new InternetAddress(on, 0));
          for (const isLooped of [false, true]) {
            sender.setOption(IP_MULTICAST_LOOP, isLooped);
            await sender.sendTo(bytes("to the group"), new InternetAddress(group, port));
            await sender.sendTo(bytes("direct"), new InternetAddress(on, port));
            if (isLooped) equal(await received(receiver), "to the group", "what arrived with the loop");
            equal(await received(receiver), "direct", "what arrived next");
          }
        },
      },
      ...eachFamily({
        id: "multicast-twice",
        title:
          "joining a group twice is EADDRINUSE, leaving one that was not joined EADDRNOTAVAIL, by name or by address",
        source: "ip(7); oven-sh/bun#24157, #17240; behaviours 55",
        needs: ["datagrams"],
        async run(fixture, family) {
          const { join, leave, loopback } = of[family];
          const [socket] = await fixture.boundDatagramSocket(family);
          const group = newGroup(family);
          const name = fixture.adapter.interfaces().find(({ address }) => address === loopback)?.name;
          const error = await fails(
            () => socket.setOption(leave, { group, interface: loopback }),
            "EADDRNOTAVAIL",
            "leaving at first",
          );
          equal(error.option, leave.name, "the error's option");
          socket.setOption(join, { group, interface: loopback });
          await fails(() => socket.setOption(join, { group, interface: loopback }), "EADDRINUSE", "joining twice");
          await fails(() => socket.setOption(join, { group, interface: name }), "EADDRINUSE", "joining twice, by name");
          socket.setOption(leave, { group, interface: name });
          await fails(() => socket.setOption(leave, { group, interface: loopback }), "EADDRNOTAVAIL", "leaving twice");
          // At once, and in the order of the calls.
          for (let round = 0; round < 3; round++) {
            socket.setOption(join, { group, interface: loopback });
            socket.setOption(leave, { group, interface: loopback });
          }
          socket.setOption(join, { group, interface: loopback });
          await fixture.turn();
          equal(socket.getOption(SO_ERROR), 0, "SO_ERROR: all of it worked");
        },
      }),
      ...eachFamily({
        id: "multicast-bad-interface",
        title: "joining on an interface that is not there, or sending by it, is ENODEV",
        source: "ip(7); libuv udp_multicast_interface; oven-sh/bun#34090; behaviours 55",
        needs: ["datagrams"],
        async run(fixture, family) {
          const { join, leave, on, loopback } = of[family];
          const [socket] = await fixture.boundDatagramSocket(family);
          const group = newGroup(family);
          const absent = family === AddressFamily.INET ? "192.0.2.123" : "2001:db8::123";
          for (const wrong of ["nosuchinterface0", absent]) {
            const error = await fails(
              () => socket.setOption(join, { group, interface: wrong }),
              "ENODEV",
              `on ${wrong}`,
            );
            equal(error.option, join.name, "the error's option");
            equal(error.syscall, "setsockopt", "the error's syscall");
            await fails(() => socket.setOption(leave, { group, interface: wrong }), "ENODEV", `leaving on ${wrong}`);
            const isClaimed = on.name in fixture.adapter.options.datagram;
            await fails(() => socket.setOption(on, wrong), isClaimed ? "ENODEV" : "ENOPROTOOPT", on.name);
            await fails(
              () => fixture.datagramSocket(family).setOption(join, { group, interface: wrong }),
              "ENODEV",
              "joining with a fresh socket",
            );
          }
          const other = family === AddressFamily.INET ? AddressFamily.INET6 : AddressFamily.INET;
          await fails(
            () => socket.setOption(join, { group, interface: of[other].loopback }),
            "ENODEV",
            "on an address of the other family",
          );
          socket.setOption(join, { group, interface: loopback });
        },
      }),
      ...eachFamily({
        id: "multicast-bad-group",
        title: "joining what is no address of the family is a TypeError, what is no group a RangeError",
        source: "RFC 5771; RFC 4291 section 2.7",
        needs: ["datagrams"],
        async run(fixture, family) {
          const { join, loopback } = of[family];
          const socket = fixture.datagramSocket(family);
          const other = family === AddressFamily.INET ? "ff05::1" : "239.1.1.1";
          for (const group of [other, "", "localhost", "239.1.1", "239.1.1.256", 1, undefined] as string[]) {
            await failsWith(() => socket.setOption(join, { group }), TypeError, `group ${group}`);
          }
          for (const group of family === AddressFamily.INET ? ["223.255.255.255", "240.0.0.0"] : ["fe80::1", "::"]) {
            await failsWith(() => socket.setOption(join, { group }), RangeError, `group ${group}`);
          }
          const group = newGroup(family);
          for (const wrong of [1, null, "", {}] as unknown as string[]) {
            await failsWith(() => socket.setOption(join, { group, interface: wrong }), TypeError, "interface");
          }
          equal(socket.localAddress, undefined, "the socket is not bound");
          socket.setOption(join, { group, interface: loopback });
        },
      }),
      ...eachFamily({
        id: "multicast-binds",
        title: "joining binds a socket that is not bound, to a port of the system's choice",
        source: "Node dgram-membership; behaviours 54; oven-sh/bun#33031",
        needs: ["datagrams"],
        async run(fixture, family) {
          const { join, leave, loopback } = of[family];
          const socket = fixture.datagramSocket(family);
          const group = newGroup(family);
          socket.setOption(join, { group, interface: loopback });
          await fails(socket.bind(fixture.loopback(family)), "EINVAL", "bind() after");
          await fails(socket.receive(into(), { timeout: 5 }), "EAGAIN", "receive()");
          equal((socket.localAddress?.port ?? 0) > 0, true, "whether it has a port");
          equal(socket.localAddress?.host, of[family].any, "the address it is bound to");
          await fails(() => socket.setOption(join, { group, interface: loopback }), "EADDRINUSE", "joining again");
          socket.setOption(leave, { group, interface: loopback });
        },
      }),
      {
        id: "multicast-before-bind-order",
        title: "joining, leaving and joining again before the socket is bound count in their order",
        source: "ip(7); behaviours 54",
        needs: ["datagrams"],
        async run(fixture) {
          const socket = fixture.datagramSocket();
          const group = newGroup(AddressFamily.INET);
          const membership = { group, interface: "127.0.0.1" };
          socket.setOption(IP_ADD_MEMBERSHIP, membership);
          socket.setOption(IP_DROP_MEMBERSHIP, membership);
          socket.setOption(IP_ADD_MEMBERSHIP, membership);
          await fails(socket.receive(into(), { timeout: 5 }), "EAGAIN", "receive()");
          const [sender] = await fixture.boundDatagramSocket();
          await sender.sendTo(bytes("joined"), new InternetAddress(group, socket.localAddress?.port ?? 0));
          equal(await received(socket), "joined", "what arrived");
          const wrong = fixture.datagramSocket();
          wrong.setOption(IP_DROP_MEMBERSHIP, membership);
          await fails(wrong.receive(into()), "EADDRNOTAVAIL", "receive() after leaving what was not joined");
          await fails(wrong.receive(into(), { timeout: 5 }), "EAGAIN", "the next receive(): the error is told once");
        },
      },
      {
        id: "multicast-too-many",
        title: "joining more groups than the system allows is ENOBUFS, at once or at the next receive()",
        source: "ip(7), igmp_max_memberships; issue 3: silently ignoring is a defect",
        needs: ["datagrams"],
        async run(fixture) {
          const [socket, at] = await fixture.boundDatagramSocket();
          const joinMany = async (): Promise<void> => {
            for (let index = 0; index < MORE_GROUPS_THAN_ALLOWED; index++) {
              const group = `239.77.${index >> 8}.${index & 255}`;
              socket.setOption(IP_ADD_MEMBERSHIP, { group, interface: "127.0.0.1" });
              // Where the runtime says it later, this is when.
              if (index % 10 === 9) await socket.receive(into(), { timeout: 1 }).catch(unlessItWaited);
            }
          };
          const error = await fails(joinMany(), "ENOBUFS", "joining");
          equal(error.option, "IP_ADD_MEMBERSHIP", "the error's option");
          equal(error.syscall, "setsockopt", "the error's syscall");
          await fixture.datagramSocket().sendTo(bytes("usable"), at);
          equal(await receivedAfterErrors(socket), "usable", "what arrived after");
        },
      },
      {
        id: "multicast-connected",
        title: "connect() keeps a datagram socket's groups",
        source: "connect(2); issue 3: silently ignoring is a defect",
        needs: ["datagrams"],
        async run(fixture) {
          const [socket] = await fixture.boundDatagramSocket();
          const [kept, left] = [newGroup(AddressFamily.INET), newGroup(AddressFamily.INET)];
          const on = (group: string): { group: string; interface: string } => ({ group, interface: "127.0.0.1" });
          for (const group of [kept, left]) socket.setOption(IP_ADD_MEMBERSHIP, on(group));
          socket.setOption(IP_DROP_MEMBERSHIP, on(left));
          for (let round = 0; round < 2; round++) {
            const [, at] = await fixture.boundDatagramSocket();
            await socket.connect(at);
            await fails(() => socket.setOption(IP_ADD_MEMBERSHIP, on(kept)), "EADDRINUSE", "joining again");
            await fails(() => socket.setOption(IP_DROP_MEMBERSHIP, on(left)), "EADDRNOTAVAIL", "leaving again");
          }
          socket.setOption(IP_DROP_MEMBERSHIP, on(kept));
          socket.setOption(IP_ADD_MEMBERSHIP, on(left));
        },
      },
      {
        id: "multicast-interface",
        title: "IP_MULTICAST_IF chooses the interface that an unbound sender's datagrams leave by",
        source: "ip(7), IP_MULTICAST_IF; libuv udp_multicast_interface; behaviours 55",
        needs: ["datagrams"],
        async run(fixture) {
          const sender = fixture.datagramSocket();
          if (!canSet(fixture.adapter.options.datagram.IP_MULTICAST_IF)) {
            await fails(() => sender.setOption(IP_MULTICAST_IF, "127.0.0.1"), "ENOPROTOOPT", "setOption()");
            return;
          }
          const [receiver, port] = await receiverOn(fixture, AddressFamily.INET);
          const group = newGroup(AddressFamily.INET);
          receiver.setOption(IP_ADD_MEMBERSHIP, { group, interface: "127.0.0.1" });
          sender.setOption(IP_MULTICAST_IF, "127.0.0.1");
          await sender.sendTo(bytes("by loopback"), new InternetAddress(group, port));
          const { from, byteLength } = await receiver.receiveFrom(into());
          equal(byteLength, 11, "bytes received");
          equal(from.host, "127.0.0.1", "the sender's address: the interface's");
        },
      },
      ...eachFamily({
        id: "multicast-settings",
        title: "the hops and the loop of multicast datagrams may be set before and after, by a member and by others",
        source: "ip(7), ipv6(7); libuv udp_multicast_ttl; behaviours 55",
        needs: ["datagrams"],
        async run(fixture, family) {
          const { join, hops, loop, loopback } = of[family];
          const claims: object = fixture.adapter.options.datagram;
          const [socket] = await fixture.boundDatagramSocket(family);
          const [member, port] = await receiverOn(fixture, family);
          member.setOption(join, { group: newGroup(family), interface: loopback });
          for (const one of [fixture.datagramSocket(family), socket, member]) {
            if (hops.name in claims) {
              one.setOption(hops, 7);
              equal(one.getOption(hops), 7, hops.name);
            }
            if (loop.name in claims) {
              one.setOption(loop, false);
              equal(one.getOption(loop), false, loop.name);
              one.setOption(loop, true);
            }
            // Also the next datagram, sent in the same turn.
            await one.sendTo(bytes("x"), fixture.loopback(family, port));
            equal(await received(member), "x", "what arrived");
            equal(one.getOption(SO_ERROR), 0, "SO_ERROR: all of it worked");
          }
        },
      }),
    ],
  ),
};

function unlessItWaited(error: { code?: string }): void {
  if (error.code !== "EAGAIN") throw error;
}

/** What is received next, when errors of earlier calls have been told. */
async function receivedAfterErrors(socket: DatagramSocket): Promise<string> {
  for (;;) {
    try {
      return await received(socket);
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOBUFS") throw error;
    }
  }
}

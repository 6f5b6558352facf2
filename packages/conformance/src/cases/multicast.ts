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
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  type IpFamily,
  type NetworkInterface,
  SO_ERROR,
  SO_REUSEADDR,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { multicastOf, newGroup } from "../multicast.ts";
import { canSet, needing } from "../option-samples.ts";
import { bytes, receiveText } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(1000);

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
          equal(await receiveText(receiver), "direct", "what arrived before");
          receiver.setOption(IP_ADD_MEMBERSHIP, { group, interface: "127.0.0.1" });
          await sender.sendTo(bytes("to the group"), to);
          const { from: sentBy } = await receiver.receiveFrom(into());
          equal(String(sentBy), String(from), "the sender");
          receiver.setOption(IP_DROP_MEMBERSHIP, { group, interface: "127.0.0.1" });
          await sender.sendTo(bytes("too late"), to);
          await sender.sendTo(bytes("direct again"), direct);
          equal(await receiveText(receiver), "direct again", "what arrived after");
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
          for (const one of [first, second]) equal(await receiveText(one), "to both", "what arrived");
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
            equal(await receiveText(receiver), "to the group", "what arrived");
            const claimed = "IPV6_MULTICAST_IF" in fixture.adapter.options.datagram;
            if (claimed) {
              sender.setOption(IPV6_MULTICAST_IF, on);
              await sender.sendTo(bytes("by choice"), new Internet6Address(group, port));
              equal(await receiveText(receiver), "by choice", "what arrived by the chosen interface");
            }
          }
          receiver.setOption(IPV6_LEAVE_GROUP, { group, interface: on ?? "::1" });
          if (on !== undefined) await sender.sendTo(bytes("too late"), to);
          await sender.sendTo(bytes("direct"), direct);
          equal(await receiveText(receiver), "direct", "what arrived after");
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
            if (isLooped) equal(await receiveText(receiver), "to the group", "what arrived with the loop");
            equal(await receiveText(receiver), "direct", "what arrived next");
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
            if (isLooped) equal(await receiveText(receiver), "to the group", "what arrived with the loop");
            equal(await receiveText(receiver), "direct", "what arrived next");
          }
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
          const { join, hops, loop, loopback } = multicastOf[family];
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
            equal(await receiveText(member), "x", "what arrived");
            equal(one.getOption(SO_ERROR), 0, "SO_ERROR: all of it worked");
          }
        },
      }),
    ],
  ),
};

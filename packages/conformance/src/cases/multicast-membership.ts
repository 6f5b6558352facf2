import {
  AddressFamily,
  type DatagramSocket,
  InternetAddress,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  SO_ERROR,
} from "@omnisock/core";
import type { Topic } from "../case.ts";
import { eachFamily } from "../each-family.ts";
import { equal, fails, failsWith } from "../expect.ts";
import { multicastOf, newGroup } from "../multicast.ts";
import { needing } from "../option-samples.ts";
import { bytes, receiveText } from "../traffic.ts";

const into = (): Uint8Array => new Uint8Array(1000);
/** Linux lets a socket join so many groups at most, unless net.ipv4.igmp_max_memberships says otherwise. */
const MORE_GROUPS_THAN_ALLOWED = 2000;

export const multicastMembership: Topic = {
  name: "multicast membership",
  cases: needing(
    ["IP_ADD_MEMBERSHIP", "IPV6_JOIN_GROUP"],
    [
      ...eachFamily({
        id: "multicast-twice",
        title:
          "joining a group twice is EADDRINUSE, leaving one that was not joined EADDRNOTAVAIL, by name or by address",
        source: "ip(7); oven-sh/bun#24157, #17240; behaviours 55",
        needs: ["datagrams"],
        async run(fixture, family) {
          const { join, leave, loopback } = multicastOf[family];
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
          const { join, leave, on, loopback } = multicastOf[family];
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
            () => socket.setOption(join, { group, interface: multicastOf[other].loopback }),
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
          const { join, loopback } = multicastOf[family];
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
          const { join, leave, loopback } = multicastOf[family];
          const socket = fixture.datagramSocket(family);
          const group = newGroup(family);
          socket.setOption(join, { group, interface: loopback });
          await fails(socket.bind(fixture.loopback(family)), "EINVAL", "bind() after");
          await fails(socket.receive(into(), { timeout: 5 }), "EAGAIN", "receive()");
          equal((socket.localAddress?.port ?? 0) > 0, true, "whether it has a port");
          equal(socket.localAddress?.host, multicastOf[family].any, "the address it is bound to");
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
          equal(await receiveText(socket), "joined", "what arrived");
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
      return await receiveText(socket);
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOBUFS") throw error;
    }
  }
}

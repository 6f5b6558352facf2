import { AddressFamily, Internet6Address, InternetAddress, names, SocketType, shortcuts } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, fails, failsAs, failsWithAny } from "../expect.ts";
import type { Fixture } from "../fixture.ts";

/** An adapter whose resolver never answers. */
function silent({ adapter }: Fixture): Fixture["adapter"] {
  return { ...adapter, resolve: () => new Promise(() => {}) };
}

export const addresses: Topic = {
  name: "addresses",
  cases: [
    {
      id: "names-localhost",
      title: "getAddresses() of localhost is loopback, IPv6 first",
      source: "RFC 6761 section 6.3; RFC 8305 section 4",
      async run(fixture) {
        const { getAddress, getAddresses } = names(fixture.adapter);
        equal((await getAddresses("localhost", 80)).join(), "[::1]:80,127.0.0.1:80", "addresses");
        equal(`${await getAddress("localhost", 80)}`, "[::1]:80", "the first");
        equal(`${await getAddress("localhost", 80, { family: AddressFamily.INET })}`, "127.0.0.1:80", "the IPv4 one");
      },
    },
    {
      id: "names-numeric",
      title: "getAddresses() of an address is that address",
      source: "getaddrinfo(3)",
      async run(fixture) {
        const { getAddresses } = names(fixture.adapter);
        equal((await getAddresses("192.0.2.1", 80)).join(), "192.0.2.1:80", "IPv4");
        equal((await getAddresses("2001:DB8::0:1", 80)).join(), "[2001:db8::1]:80", "IPv6");
      },
    },
    {
      id: "names-not-found",
      title: "getAddresses() of a name that does not exist is ENOTFOUND, with syscall and address",
      source: "RFC 6761 section 6.4; Node test dns-lookup",
      async run(fixture) {
        const error = await fails(names(fixture.adapter).getAddresses("a.invalid", 80), "ENOTFOUND", "getAddresses()");
        equal(error.syscall, "getaddrinfo", "syscall");
        equal(error.address, "a.invalid", "address");
        // The system's own resolver says so, or that nobody answered.
        const unknown = names(fixture.adapter).getAddresses("omnisock-does-not-exist.localdomain", 80, {
          timeout: 8000,
        });
        await failsWithAny(unknown, ["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT"], "getAddresses() of an unknown name");
      },
    },
    {
      id: "names-other-family",
      title: "getAddresses() of an address of another family is ENOTFOUND",
      source: "getaddrinfo(3): EAI_ADDRFAMILY",
      async run(fixture) {
        const { getAddresses } = names(fixture.adapter);
        const options = { family: AddressFamily.INET6 };
        await fails(getAddresses("127.0.0.1", 80, options), "ENOTFOUND", "getAddresses()");
      },
    },
    {
      id: "names-abort",
      title: "getAddresses() can be aborted, and times out",
      source: "behaviour 38; denoland/deno#35729",
      async run(fixture) {
        const { getAddresses } = names(silent(fixture));
        const controller = new AbortController();
        const reason = new Error("enough");
        const looking = failsAs(
          getAddresses("example.org", 80, { signal: controller.signal }),
          reason,
          "getAddresses()",
        );
        controller.abort(reason);
        await looking;
        await fails(getAddresses("example.org", 80, { timeout: 10 }), "ETIMEDOUT", "getAddresses() with a timeout");
      },
    },
    {
      id: "address-info",
      title: "getAddressInfo() tells family, type, protocol, address and canonical name",
      source: "getaddrinfo(3); D's std.socket getAddressInfo()",
      async run(fixture) {
        const { getAddressInfo } = names(fixture.adapter);
        const infos = await getAddressInfo("127.0.0.1", "http", { type: SocketType.STREAM, canonicalName: true });
        const expected = [
          {
            family: "INET",
            type: "STREAM",
            protocol: 6,
            address: { family: "INET", host: "127.0.0.1", port: 80 },
            canonicalName: "127.0.0.1",
          },
        ];
        equal(JSON.stringify(infos), JSON.stringify(expected), "what was found");
        equal((await getAddressInfo("localhost", "http")).length, 4, "ways to localhost");
        await fails(getAddressInfo("localhost", "no-such-service"), "EAI_SERVICE", "getAddressInfo()");
      },
    },
    {
      id: "host-by-name-and-address",
      title: "getHostByName() and getHostByAddress() find localhost",
      source: "gethostbyname(3); D's std.socket InternetHost",
      async run(fixture) {
        const { getHostByName, getHostByAddress } = names(fixture.adapter);
        const host = await getHostByName("localhost");
        equal(JSON.stringify(host), '{"name":"localhost","aliases":[],"addresses":["::1","127.0.0.1"]}', "by name");
        equal((await getHostByAddress("127.0.0.1")).name, "localhost", "by IPv4 address");
        equal((await getHostByAddress(new Internet6Address("::1", 0))).name, "localhost", "by IPv6 address");
      },
    },
    {
      id: "host-by-address-not-found",
      title: "getHostByAddress() of an address without a name is ENOTFOUND",
      source: "getnameinfo(3): EAI_NONAME; 192.0.2.0/24 is RFC 5737's, for documentation",
      async run(fixture) {
        const looking = names(fixture.adapter).getHostByAddress("192.0.2.1", { timeout: 8000 });
        const error = await failsWithAny(looking, ["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT"], "getHostByAddress()");
        equal(error.syscall, "getnameinfo", "syscall");
      },
    },
    {
      id: "scope-missing",
      title: "bind(), listen() and connect() on an interface that this machine does not have are ENODEV",
      source: "RFC 4007 section 11; if_nametoindex(3)",
      async run(fixture) {
        const nowhere = new Internet6Address("fe80::1%omnisock0", 7007);
        const listener = fixture.socket(AddressFamily.INET6);
        await listener.bind(nowhere);
        const error = await fails(listener.listen(), "ENODEV", "listen()");
        equal(error.address, "fe80::1%omnisock0", "address");
        await fails(fixture.socket(AddressFamily.INET6).connect(nowhere), "ENODEV", "connect()");
      },
    },
    {
      id: "scope-missing-datagram",
      title: "bind(), connect() and sendTo() of a datagram socket on an interface that is not there are ENODEV",
      source: "RFC 4007 section 11; if_nametoindex(3)",
      needs: ["datagrams"],
      async run(fixture) {
        const nowhere = new Internet6Address("fe80::1%omnisock0", 7007);
        await fails(fixture.datagramSocket(AddressFamily.INET6).bind(nowhere), "ENODEV", "bind()");
        const [socket] = await fixture.boundDatagramSocket(AddressFamily.INET6);
        await fails(socket.connect(nowhere), "ENODEV", "connect()");
        await fails(socket.sendTo(new Uint8Array(1), nowhere), "ENODEV", "sendTo()");
        await fails(() => socket.trySendTo(new Uint8Array(1), nowhere), "ENODEV", "trySendTo()");
      },
    },
    {
      id: "connect-any-family",
      title: "connect() to a name reaches a listener of either family",
      source: "RFC 8305",
      async run(fixture) {
        const { connect } = shortcuts(fixture.adapter);
        for (const family of [AddressFamily.INET, AddressFamily.INET6] as const) {
          const listener = await fixture.listener(family);
          const accepted = listener.accept();
          const client = fixture.own(await connect({ host: "localhost", port: listener.localAddress.port }));
          fixture.own(await accepted);
          equal(client.family, family, "family");
          equal(`${client.remoteAddress}`, `${listener.localAddress}`, "the peer's address");
          await listener.close();
        }
      },
    },
    {
      id: "connect-several-addresses",
      title: "connect() goes on to the next address of a name when one refuses",
      source: "RFC 8305 section 5; D's std.socket getAddress()",
      async run(fixture) {
        const listener = await fixture.listener(AddressFamily.INET6);
        const adapter = { ...fixture.adapter, resolve: async () => ["127.0.0.1", "::1"] };
        const accepted = listener.accept();
        const client = await shortcuts(adapter).connect({ host: "several.example", port: listener.localAddress.port });
        fixture.own(client);
        fixture.own(await accepted);
        equal(client.family, AddressFamily.INET6, "family");
      },
    },
    {
      id: "connect-no-address",
      title: "connect() to a name where nobody listens is ECONNREFUSED, with the last address tried",
      source: "behaviour 39; RFC 8305",
      async run(fixture) {
        const { port } = await fixture.deserted();
        const error = await fails(shortcuts(fixture.adapter).connect(`localhost:${port}`), "ECONNREFUSED", "connect()");
        equal(error.port, port, "port");
        await fails(shortcuts(fixture.adapter).connect("a.invalid:1"), "ENOTFOUND", "connect() to no host");
      },
    },
    {
      id: "connect-abort-look-up",
      title: "connect() to a name can be aborted during the look-up, and times out",
      source: "behaviour 38; denoland/deno#35729",
      async run(fixture) {
        const { connect } = shortcuts(silent(fixture));
        const controller = new AbortController();
        const reason = new Error("enough");
        const connecting = failsAs(connect("example.org:80", { signal: controller.signal }), reason, "connect()");
        controller.abort(reason);
        await connecting;
        await fails(connect("example.org:80", { timeout: 10 }), "ETIMEDOUT", "connect() with a timeout");
      },
    },
    {
      id: "listen-everywhere",
      title: "listen() without a host takes connections of both families",
      source: "behaviour 46; CPython CreateServerFunctionalTest",
      async run(fixture) {
        const { connect, listen } = shortcuts(fixture.adapter);
        const listener = fixture.own(await listen());
        const { port } = listener.localAddress;
        for (const host of [InternetAddress.ADDR_LOOPBACK, Internet6Address.ADDR_LOOPBACK]) {
          const accepted = listener.accept();
          fixture.own(await connect({ host, port }));
          fixture.own(await accepted);
        }
      },
    },
    {
      id: "listen-shortcut",
      title: "listen() takes options or text, and says what is wrong with them",
      source: "architecture.md: convenience on top",
      async run(fixture) {
        const { listen } = shortcuts(fixture.adapter);
        const listener = fixture.own(await listen({ host: "127.0.0.1", port: 0, backlog: 5 }));
        equal(listener.localAddress.host, "127.0.0.1", "host");
        await fails(listen(`${listener.localAddress}`), "EADDRINUSE", "listen()");
        await fails(listen("a.invalid:0"), "ENOTFOUND", "listen() on no host");
      },
    },
  ],
};

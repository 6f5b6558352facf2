import * as core from "@omnisock/core";
import { AddressFamily, type SocketOption, SocketType } from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { Socket } from "../../dist/sync/index.js";
import { codeOf, datagrams, listener } from "./support.ts";

function stream(): Socket {
  return new Socket(AddressFamily.INET, SocketType.STREAM);
}

describe("options of a TCP socket", () => {
  test.each<[string, SocketOption<unknown>, unknown]>([
    ["SO_LINGER", core.SO_LINGER, { seconds: 65535 }],
    ["SO_KEEPALIVE", core.SO_KEEPALIVE, true],
    ["SO_OOBINLINE", core.SO_OOBINLINE, true],
    ["SO_RCVLOWAT", core.SO_RCVLOWAT, 7],
    ["SO_REUSEADDR", core.SO_REUSEADDR, true],
    ["SO_REUSEPORT", core.SO_REUSEPORT, true],
    ["SO_RCVTIMEO", core.SO_RCVTIMEO, 2000],
    ["SO_SNDTIMEO", core.SO_SNDTIMEO, 86_400_000],
    ["TCP_KEEPCNT", core.TCP_KEEPCNT, 5],
    ["TCP_KEEPIDLE", core.TCP_KEEPIDLE, 100],
    ["TCP_KEEPINTVL", core.TCP_KEEPINTVL, 20],
    ["TCP_NODELAY", core.TCP_NODELAY, true],
    ["IP_TTL", core.IP_TTL, 33],
  ] as [string, SocketOption<unknown>, unknown][])(
    "%s is what was set, and nothing else before",
    (_, option, value) => {
      using socket = stream();
      expect(socket.getOption(option)).not.toEqual(value);
      socket.setOption(option, value);
      expect(socket.getOption(option)).toEqual(value);
    },
  );

  test("SO_RCVBUF and SO_SNDBUF are doubled by Linux", () => {
    using socket = stream();
    socket.setOption(core.SO_RCVBUF, 20_000);
    socket.setOption(core.SO_SNDBUF, 30_000);
    expect([socket.getOption(core.SO_RCVBUF), socket.getOption(core.SO_SNDBUF)]).toEqual([40_000, 60_000]);
  });

  test("those that are only told", () => {
    using socket = listener();
    expect(socket.getOption(core.SO_ACCEPTCONN)).toBe(true);
    expect(socket.getOption(core.SO_TYPE)).toBe(SocketType.STREAM);
    expect(socket.getOption(core.SO_ERROR)).toBe(0);
    expect(codeOf(() => socket.setOption(core.SO_ERROR as never, 1 as never))).toBe("ENOPROTOOPT");
  });

  test("SO_RCVTIMEO limits accept() and receive(), and loses nothing", () => {
    using socket = listener();
    socket.setOption(core.SO_RCVTIMEO, 20);
    expect(codeOf(() => socket.accept())).toBe("EAGAIN");
  });

  test("SO_LINGER of 0 seconds resets", () => {
    using server = listener();
    const client = stream().connect(server.localAddress as core.Address);
    using accepted = server.accept();
    client.setOption(core.SO_LINGER, { seconds: 0 });
    client.close();
    expect(codeOf(() => accepted.receive(new Uint8Array(1)))).toBe("ECONNRESET");
  });

  test("of another kind of socket are ENOPROTOOPT or EOPNOTSUPP", () => {
    using socket = datagrams();
    expect(codeOf(() => socket.setOption(core.TCP_NODELAY, true))).toMatch(/ENOPROTOOPT|EOPNOTSUPP/);
  });
});

describe("options of a UDP socket", () => {
  test("multicast over the loopback interface reaches its members", () => {
    using socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
    socket.bind(new core.InternetAddress("0.0.0.0", 0));
    const port = socket.localAddress?.port ?? 0;
    const group = "239.255.77.1";
    socket.setOption(core.IP_ADD_MEMBERSHIP, { group, interface: "lo" });
    expect(codeOf(() => socket.setOption(core.IP_ADD_MEMBERSHIP, { group, interface: "lo" }))).toBe("EADDRINUSE");
    using sender = new Socket(AddressFamily.INET, SocketType.DGRAM);
    sender.setOption(core.IP_MULTICAST_IF, "127.0.0.1");
    expect(sender.getOption(core.IP_MULTICAST_IF)).toBe("127.0.0.1");
    sender.setOption(core.IP_MULTICAST_TTL, 0);
    sender.sendTo(Uint8Array.of(7), new core.InternetAddress(group, port));
    const into = new Uint8Array(4);
    expect(socket.receive(into)).toBe(1);
    socket.setOption(core.IP_DROP_MEMBERSHIP, { group, interface: "lo" });
    expect(codeOf(() => socket.setOption(core.IP_DROP_MEMBERSHIP, { group, interface: "lo" }))).toBe("EADDRNOTAVAIL");
    expect(codeOf(() => sender.setOption(core.IP_MULTICAST_IF, "nosuch0"))).toBe("ENODEV");
  });

  test("of IPv6 are real, too", () => {
    using socket = new Socket(AddressFamily.INET6, SocketType.DGRAM);
    socket.setOption(core.IPV6_V6ONLY, true);
    socket.setOption(core.IPV6_UNICAST_HOPS, 9);
    socket.setOption(core.IPV6_MULTICAST_HOPS, 3);
    socket.setOption(core.IPV6_MULTICAST_LOOP, false);
    socket.setOption(core.IPV6_MULTICAST_IF, "lo");
    expect([
      socket.getOption(core.IPV6_V6ONLY),
      socket.getOption(core.IPV6_UNICAST_HOPS),
      socket.getOption(core.IPV6_MULTICAST_HOPS),
      socket.getOption(core.IPV6_MULTICAST_LOOP),
      socket.getOption(core.IPV6_MULTICAST_IF),
    ]).toEqual([true, 9, 3, false, "lo"]);
    socket.setOption(core.IPV6_JOIN_GROUP, { group: "ff02::7777", interface: "lo" });
    socket.setOption(core.IPV6_LEAVE_GROUP, { group: "ff02::7777", interface: "lo" });
  });
});

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { AddressFamily, type InternetAddress, SO_REUSEPORT, SocketType, UnixAddress } from "@omnisock/core";
import { describe, expect, test } from "vitest";
import { adopt, Socket } from "../dist/index.js";
import { POLLIN, poll, Socket as SyncSocket, socketPair } from "../dist/sync/index.js";
import { pair } from "./programs/common.ts";
import { loopback } from "./support.ts";

/** Source: proc(5), /proc/pid/fdinfo: flags in octal, O_CLOEXEC among them. */
const O_CLOEXEC = 0o2000000;

function openDescriptors(): Map<string, string> {
  const all = new Map<string, string>();
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      all.set(fd, readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      // It was the listing's own.
    }
  }
  return all;
}

function isClosedOnExec(fd: string): boolean {
  const [, flags = "0"] = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")) ?? [];
  return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
}

describe("a program that is started", () => {
  test("inherits no socket, nor what waits for them, however they were made", async () => {
    const before = openDescriptors();
    const [client, server] = await pair();
    void server.receive(new Uint8Array(1)).catch(() => {});
    const bound = new Socket(AddressFamily.UNIX, SocketType.DGRAM);
    await bound.bind(UnixAddress.UNNAMED).catch(() => bound.bind(UnixAddress.abstract(crypto.randomUUID())));
    const [one, two] = socketPair();
    one.sendMessage({ bytes: new Uint8Array(1), descriptors: [one.fd] });
    const [passed = -1] = two.receiveMessage(new Uint8Array(1), 1).descriptors;
    const adopted = adopt(passed);
    const made = [...openDescriptors()].filter(
      ([fd, name]) => before.get(fd) !== name && /^(socket|anon_inode)/.test(name),
    );
    expect(made.length).toBeGreaterThanOrEqual(6);
    for (const [fd, name] of made) expect(isClosedOnExec(fd), name).toBe(true);
    const { stdout } = spawnSync("ls", ["-l", "/proc/self/fd"], { encoding: "utf8" });
    for (const [, name] of made) if (name.startsWith("socket")) expect(stdout).not.toContain(name);
    for (const socket of [client, server, bound, adopted]) await socket.close();
    for (const socket of [one, two]) socket.close();
  });
});

describe("SO_REUSEPORT", () => {
  test("shares out connections and datagrams between sockets, blocking ones", () => {
    const listeners = [0, 1].map(() => new SyncSocket(AddressFamily.INET, SocketType.STREAM));
    const receivers = [0, 1].map(() => new SyncSocket(AddressFamily.INET, SocketType.DGRAM));
    for (const sockets of [listeners, receivers]) {
      let at = loopback;
      for (const socket of sockets) {
        socket.setOption(SO_REUSEPORT, true);
        socket.bind(at);
        at = socket.localAddress as InternetAddress;
      }
    }
    for (const listener of listeners) listener.listen();
    const tcp = listeners[0]?.localAddress as InternetAddress;
    const udp = receivers[0]?.localAddress as InternetAddress;
    const clients: SyncSocket[] = [];
    for (let count = 0; count < 100; count++) {
      clients.push(new SyncSocket(AddressFamily.INET, SocketType.STREAM).connect(tcp));
      const sender = new SyncSocket(AddressFamily.INET, SocketType.DGRAM);
      sender.sendTo(new Uint8Array(1), udp);
      clients.push(sender);
    }
    const accepted = counted(100, listeners, (listener) => clients.push(listener.accept()));
    const received = counted(100, receivers, (receiver) => receiver.receive(new Uint8Array(1)));
    for (const count of [...accepted, ...received]) expect(count).toBeGreaterThan(10);
    for (const socket of [...listeners, ...receivers, ...clients]) socket.close();
  });

  test("shares out connections between listeners with promises", async () => {
    const counts = [0, 0];
    const listeners = [];
    const clients: { close(): Promise<void> }[] = [];
    let at = loopback;
    for (const index of counts.keys()) {
      const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
      socket.setOption(SO_REUSEPORT, true);
      await socket.bind(at);
      const listener = await socket.listen();
      at = listener.localAddress as InternetAddress;
      listeners.push(listener);
      void (async () => {
        for await (const connection of listener) {
          clients.push(connection);
          counts[index] = (counts[index] ?? 0) + 1;
          await connection.sendAll(new Uint8Array(1));
        }
      })();
    }
    for (let count = 0; count < 100; count++) {
      const client = new Socket(AddressFamily.INET, SocketType.STREAM);
      await client.connect(at);
      await client.receive(new Uint8Array(1));
      clients.push(client);
    }
    expect(counts.reduce((sum, one) => sum + one)).toBe(100);
    for (const count of counts) expect(count).toBeGreaterThan(10);
    await Promise.all([...listeners, ...clients].map((socket) => socket.close()));
  });
});

/** Takes `total` things, waiting for each; how many came from which socket. */
function counted(total: number, sockets: readonly SyncSocket[], take: (socket: SyncSocket) => unknown): number[] {
  const entries = sockets.map((socket) => ({ socket, events: POLLIN, revents: 0, count: 0 }));
  for (let taken = 0; taken < total; taken++) {
    poll(entries);
    const ready = entries.find(({ revents }) => revents !== 0) as (typeof entries)[number];
    take(ready.socket);
    ready.count++;
  }
  return entries.map(({ count }) => count);
}

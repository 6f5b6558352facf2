/** What options do, seen from outside. */
import { readFile } from "node:fs/promises";
import { SO_KEEPALIVE, SO_LINGER, SO_RCVTIMEO, SocketError, TCP_KEEPIDLE } from "omnisock";
import { type At, connected, connectedTo, type Ends, type Peer } from "./connected.ts";
import { table } from "./plot.ts";

/** The tutorial's receive timeout, shorter: the call ends with EAGAIN, and has lost nothing. */
export function byReceiveTimeout(at: At): Promise<string[]> {
  return connected(at, async ({ client, server }) => {
    client.setOption(SO_RCVTIMEO, 100);
    const buffer = new Uint8Array(1024);
    const started = performance.now();
    const outcome = await codeOf(client.receive(buffer));
    const waited = performance.now() - started;
    await server.sendAll(new TextEncoder().encode("late"));
    const byteLength = await client.receive(buffer, { timeout: 5000 });
    return [
      `set to 100 ms, the peer is silent: ${outcome} after ${waited.toFixed(0)} ms`,
      `then the peer sends 4 bytes, and the next receive() gets ${byteLength}`,
    ];
  });
}

/** With a linger of 0 seconds, close() drops what is unsent and resets the connection. */
export async function byLinger(at: At): Promise<string[]> {
  const seen = async (linger: { seconds: number } | undefined) =>
    connected(at, async ({ client, server }: Ends) => {
      const set = linger === undefined ? "done" : await codeOf(() => client.setOption(SO_LINGER, linger));
      if (set !== "done") return `not possible here, ${set}`;
      await client.close();
      const received = await codeOf(server.receive(new Uint8Array(1)));
      return received === "done" ? "the end of the stream" : received;
    });
  return table([
    ["SO_LINGER", "the peer's receive() gives"],
    ["none", await seen(undefined)],
    ["{ seconds: 0 }", await seen({ seconds: 0 })],
  ]);
}

/** The same, for a peer to print what it sees of it. */
export async function byLingerToPeer(peer: Peer): Promise<string[]> {
  const rows = [["SO_LINGER", "of a connection, then closed"]];
  for (const linger of [undefined, { seconds: 0 }]) {
    await using client = await connectedTo(peer);
    const set = linger === undefined ? "not set" : await codeOf(() => client.setOption(SO_LINGER, linger));
    rows.push([linger === undefined ? "none" : "{ seconds: 0 }", set === "done" ? "set" : set]);
  }
  return table(rows);
}

/** Keep-alive shows only after hours; but Linux says in /proc/net/tcp which timer runs for a connection. */
export async function byKeepAlive(at: At): Promise<string[]> {
  const rows = [["SO_KEEPALIVE", "TCP_KEEPIDLE", "the kernel's timer"]];
  await connected(at, async ({ client, server }) => {
    // By IPv4; the table of IPv6 is another.
    const timer = () => timerOf(client.localAddress?.port ?? 0, server.localAddress?.port ?? 0);
    rows.push(["false", "", await timer()]);
    client.setOption(SO_KEEPALIVE, true);
    rows.push(["true", "the system's", await timer()]);
    const idle = await codeOf(() => client.setOption(TCP_KEEPIDLE, 60));
    rows.push(["true", "60 s", idle === "done" ? await timer() : `not possible here, ${idle}`]);
  });
  return table(rows);
}

/** A port that a server has left a moment ago, with a connection in TIME-WAIT. */
export async function byReuse(at: At): Promise<string[]> {
  const port = await connected(at, async ({ client, server }) => {
    // Who ends first keeps the connection in TIME-WAIT: the server, whose port is the one we want again.
    await server.close();
    await client.receive(new Uint8Array(1));
    return server.localAddress?.port ?? 0;
  });
  const { listen } = at.sockets;
  const again = await listen({ host: at.host, port });
  const lines = [`port ${port}, in TIME-WAIT: listen() succeeds, for every runtime sets SO_REUSEADDR on streams`];
  const second = await codeOf(listen({ host: at.host, port }).then((listener) => listener.close()));
  await again.close();
  return [...lines, `port ${port}, while somebody listens: ${second}, whatever the option`];
}

/** "done", or the code of the SocketError. */
async function codeOf(call: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof call === "function" ? call() : call);
    return "done";
  } catch (error) {
    if (error instanceof SocketError) return error.code;
    throw error;
  }
}

/** Source: proc_net_tcp in the kernel's documentation: timer 2 is keep-alive, its time in hundredths of a second. */
async function timerOf(local: number, remote: number): Promise<string> {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, "0");
  let lines: string[];
  try {
    lines = (await readFile("/proc/net/tcp", "utf8")).split("\n");
  } catch {
    return "not told on this system";
  }
  for (const line of lines) {
    const [, from = "", to = "", , , timer = ""] = line.trim().split(/\s+/);
    if (!from.endsWith(`:${hex(local)}`) || !to.endsWith(`:${hex(remote)}`)) continue;
    const [kind, ticks = "0"] = timer.split(":");
    if (kind === "02") return `keep-alive, in ${Math.round(Number.parseInt(ticks, 16) / 100)} s`;
    return kind === "00" ? "none" : "another";
  }
  return "not told: no connection by IPv4";
}

/** What options do to speed. The numbers are of this machine, now: no benchmark. */
import { type Connection, SO_RCVBUF, SO_SNDBUF, SocketError, SocketType, TCP_NODELAY } from "omnisock";
import { type At, connected, connectedTo, type Peer } from "./connected.ts";
import { bars } from "./plot.ts";

/**
 * Two small sends, then an answer. Nagle's algorithm holds the second back until the first is acknowledged, and the peer
 * waits with that, some 40 ms, in the hope of sending it along with an answer.
 */
export async function byNagle(at: At): Promise<string[]> {
  const all = [];
  for (const noDelay of [false, true]) {
    const value = await connected(at, async ({ client, server }) => {
      client.setOption(TCP_NODELAY, noDelay);
      const one = new Uint8Array(1);
      const answering = (async () => {
        // Each round is two bytes; one goes back.
        for (let received = 0; received < 2 * at.rounds; received += 1) {
          if ((await server.receive(one)) === 0) return;
          if (received % 2 === 1) await server.sendAll(one);
        }
      })();
      const started = performance.now();
      for (let round = 0; round < at.rounds; round += 1) {
        await client.sendAll(new Uint8Array([1]));
        await client.sendAll(new Uint8Array([2]));
        await client.receive(new Uint8Array(1));
      }
      const time = performance.now() - started;
      await answering;
      return time / at.rounds;
    });
    all.push({ label: noDelay ? "true" : "false (Nagle)", value, unit: "ms" });
  }
  return bars(all);
}

/** Bytes one by one, for a peer to count the segments that they come in: Nagle's algorithm puts several into one. */
export async function byNagleToPeer(peer: Peer): Promise<string[]> {
  for (const noDelay of [false, true]) {
    await using client = await connectedTo(peer);
    client.setOption(TCP_NODELAY, noDelay);
    for (let sent = 0; sent < BYTES_ONE_BY_ONE; sent += 1) await client.sendAll(new Uint8Array(1));
  }
  return [`twice ${BYTES_ONE_BY_ONE} bytes, one by one: with TCP_NODELAY false, then true`];
}

const BYTES_ONE_BY_ONE = 10;
const MEBIBYTE = 2 ** 20;

/** The smaller the buffer, the more calls for the same bytes. */
export async function byReceiveBuffer(at: At): Promise<string[]> {
  const all = [];
  const chunk = new Uint8Array(MEBIBYTE);
  for (const size of [256, 1024, 4096, 16384, 65536]) {
    const value = await connected(at, async ({ client, server }) => {
      const buffer = new Uint8Array(size);
      const started = performance.now();
      const sending = (async () => {
        for (let round = 0; round < at.rounds; round += 4) await server.sendAll(chunk);
        await server.close();
      })();
      let total = 0;
      for (let got = await client.receive(buffer); got > 0; got = await client.receive(buffer)) total += got;
      await sending;
      return total / 1000 / (performance.now() - started);
    });
    all.push({ label: `${size} bytes`, value, unit: "MB/s" });
  }
  return bars(all);
}

/** How long bytes flow for each size, in milliseconds a round. */
const ROUND = 5;

/**
 * What the kernel may hold for a connection: what was sent and is not acknowledged, and what came and was not received. The
 * smaller, the more often both ends wait for each other; and worst when it is too small for a segment, which are of 64 KiB
 * within a machine: then only a timer lets it go on.
 */
export async function byKernelBuffers(at: At): Promise<string[]> {
  const all = [];
  for (const size of [4096, 16384, 65536, 262_144, 1_048_576]) {
    const measured = await flow(at, size);
    if (typeof measured === "string") return [measured];
    all.push({ label: `${size} bytes, the kernel says ${measured.sizes}`, value: measured.value, unit: "MB/s" });
  }
  return bars(all);
}

/** Bytes from one end to the other, each with a buffer of that size. */
async function flow({ sockets, host, port, rounds }: At, size: number) {
  await using listener = await sockets.listen({ host, port });
  const address = listener.localAddress;
  await using client = new sockets.Socket(address.family, SocketType.STREAM);
  try {
    // Before it connects: how far the window can open is agreed on then.
    client.setOption(SO_RCVBUF, size);
  } catch (error) {
    if (error instanceof SocketError) return `not possible here, ${error.code}: the sockets of --posix can`;
    throw error;
  }
  const receiving = await client.connect(address);
  await using sending = await listener.accept();
  sending.setOption(SO_SNDBUF, size);
  const sizes = `${sending.getOption(SO_SNDBUF)} and ${receiving.getOption(SO_RCVBUF)}`;
  return { sizes, value: await throughput(sending, receiving, rounds * ROUND) };
}

/** Megabytes a second, in the time given. */
async function throughput(sending: Connection, receiving: Connection, milliseconds: number): Promise<number> {
  const chunk = new Uint8Array(65_536);
  const buffer = new Uint8Array(65_536);
  const started = performance.now();
  const sent = (async () => {
    while (performance.now() - started < milliseconds) await sending.sendAll(chunk);
    await sending.close();
  })();
  let total = 0;
  for (let got = await receiving.receive(buffer); got > 0; got = await receiving.receive(buffer)) total += got;
  await sent;
  return total / 1000 / (performance.now() - started);
}

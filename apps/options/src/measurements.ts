/** What options do to speed. The numbers are of this machine, now: no benchmark. */
import { TCP_NODELAY } from "omnisock";
import { connected } from "./connected.ts";
import { bars } from "./plot.ts";

interface At {
  readonly host: string;
  readonly port: number;
  readonly rounds: number;
}

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

/** The datagram pairing: a sender's datagram must come to the receiver, and the receiver's answer back, letter by letter. */
import { fileURLToPath } from "node:url";
import type { Job, Outcome, Program } from "./pairings.ts";
import { matched, play, type Start } from "./play.ts";
import type { Runtime } from "./runtimes.ts";

const RECEIVER = fileURLToPath(import.meta.resolve("@omnisock/datagram/receiver"));
const SENDER = fileURLToPath(import.meta.resolve("@omnisock/datagram/sender"));

export const datagram: Program = {
  title: "UDP datagrams, a message and its answer",
  columns: [
    { title: "seconds", width: 7, align: "right" },
    { title: "receiver got", width: 12, align: "left" },
    { title: "sender got", width: 10, align: "left" },
  ],
  pair: (server, client, job) => new DatagramPairing().run(server, client, job),
};

class DatagramPairing {
  readonly #started = performance.now();
  #received = "";
  #answer = "";

  async run(server: Runtime, client: Runtime, job: Job): Promise<Outcome> {
    const failure = await play(job, (start) => this.#converse(start, server, client));
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(2);
    return { cells: [seconds, this.#received, this.#answer], failure };
  }

  async #converse(start: Start, server: Runtime, client: Runtime): Promise<void> {
    const receiver = start("receiver", server, RECEIVER, ["--port", "0"]);
    const [, host = "", port = ""] = matched(await receiver.nextLine(), /^Waiting for data on (.+):(\d+)$/);
    const sender = start("sender", client, SENDER, ["--host", host, "--port", port]);
    matched(await sender.nextLine(), /^Sending data\.\.\.$/);
    [, this.#answer = ""] = matched(await sender.nextLine(), /^Got response: (got it!)$/);
    [, this.#received = ""] = matched(await receiver.nextLine(), /^Received: (Hello!)$/);
    await sender.endedWell();
    await receiver.endedWell();
  }
}

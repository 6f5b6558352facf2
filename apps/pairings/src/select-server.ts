/** The select-server pairing: one server greets five clients that are there at once, and ends when the last has gone. */
import { fileURLToPath } from "node:url";
import type { Job, Outcome, Program } from "./pairings.ts";
import { matched, play, type Start } from "./play.ts";
import type { Runtime } from "./runtimes.ts";

const SERVER = fileURLToPath(import.meta.resolve("@omnisock/select-server/server"));
const CLIENT = fileURLToPath(import.meta.resolve("@omnisock/stream/hello-client"));
const CLIENTS = 5;

export const selectServer: Program = {
  title: `TCP with select(), one server and ${CLIENTS} clients at once`,
  columns: [
    { title: "seconds", width: 7, align: "right" },
    { title: "greeted", width: 7, align: "right" },
    { title: "left", width: 7, align: "right" },
  ],
  pair: (server, client, job) => new SelectPairing(job).run(server, client),
};

class SelectPairing {
  readonly #job: Job;
  readonly #started = performance.now();
  #greeted = 0;
  #left = 0;

  constructor(job: Job) {
    this.#job = job;
  }

  async run(server: Runtime, client: Runtime): Promise<Outcome> {
    const failure = await play(this.#job, (start) => this.#converse(start, server, client));
    return { cells: this.#cells(), failure };
  }

  #cells(): string[] {
    return [((performance.now() - this.#started) / 1000).toFixed(2), String(this.#greeted), String(this.#left)];
  }

  async #converse(start: Start, serverRuntime: Runtime, clientRuntime: Runtime): Promise<void> {
    const args = ["--port", "0", "--connections", String(CLIENTS)];
    const server = start("server", serverRuntime, SERVER, args);
    const [, host = "", port = ""] = matched(await server.nextLine(), /^listening on (.+):(\d+)$/);
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_, at) => {
        const client = start(`client ${at + 1}`, clientRuntime, CLIENT, ["--host", host, "--port", port]);
        matched(await client.nextLine(), /^Client connected!$/);
        matched(await client.nextLine(), /^Received from server: Hello!$/);
        this.#greeted += 1;
        this.#job.progress(this.#cells());
        // The greeting ends with an end of line of its own.
        matched(await client.nextLine(), /^$/);
        matched(await client.nextLine(), /^reply sent!$/);
        await client.endedWell();
      }),
    );
    // It ends by itself; on a slow machine it may say before that nobody came for a while.
    while (this.#left < CLIENTS) if ((await server.nextLine()) === "socket disconnected") this.#left += 1;
    await server.endedWell();
  }
}

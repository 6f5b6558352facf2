/** The echo pairing: the client sends the data, the server sends it back, and both must end well. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Job, Outcome, Program } from "./pairings.ts";
import { matched, play, type Start } from "./play.ts";
import type { RandomData } from "./random-data.ts";
import type { Runtime } from "./runtimes.ts";

const SERVER = fileURLToPath(import.meta.resolve("@omnisock/echo/server"));
const CLIENT = fileURLToPath(import.meta.resolve("@omnisock/echo/client"));

/** The echo program, with `data` to send. */
export function echo(data: RandomData): Program {
  return {
    title: `TCP echo, ${inWords(data.bytes.length)} bytes of random data each way`,
    columns: [
      { title: "bytes", width: 13, align: "right" },
      { title: "seconds", width: 7, align: "right" },
      { title: "MB/s", width: 6, align: "right" },
      { title: "sha256", width: 7, align: "left" },
    ],
    pair: (server, client, job) => new EchoPairing(data, job).run(server, client),
  };
}

class EchoPairing {
  readonly #data: RandomData;
  readonly #job: Job;
  #started = performance.now();
  #milliseconds: number | undefined;
  #byteLength = 0;
  #verdict: "same" | "differs" | "" = "";

  constructor(data: RandomData, job: Job) {
    this.#data = data;
    this.#job = job;
  }

  async run(server: Runtime, client: Runtime): Promise<Outcome> {
    const failure = await play(this.#job, (start) => this.#converse(start, server, client));
    this.#milliseconds ??= performance.now() - this.#started;
    const megabytesPerSecond = this.#byteLength / this.#milliseconds / 1000;
    const seconds = (this.#milliseconds / 1000).toFixed(2);
    return { cells: [inWords(this.#byteLength), seconds, megabytesPerSecond.toFixed(0), this.#verdict], failure };
  }

  async #converse(start: Start, serverRuntime: Runtime, clientRuntime: Runtime): Promise<void> {
    const server = start("server", serverRuntime, SERVER, ["--port", "0"]);
    const [, host = "", port = ""] = matched(await server.nextLine(), /^listening on (.+):(\d+)$/);

    // The time is that of the client's whole run, as its user would see it.
    this.#started = performance.now();
    const client = start("client", clientRuntime, CLIENT, ["--host", host, "--port", port]);
    client.stdin.end(this.#data.bytes);
    const sha256 = await this.#hash(client.stdout);
    await client.endedWell();
    this.#milliseconds = performance.now() - this.#started;
    this.#verdict = sha256 === this.#data.sha256 ? "same" : "differs";
    if (this.#verdict === "differs") {
      const sent = `${this.#data.bytes.length} bytes (sha256 ${this.#data.sha256})`;
      throw new Error(`sent ${sent}, received ${this.#byteLength} bytes (sha256 ${sha256})`);
    }

    // Ctrl-C for the server, which then says what it did.
    server.signal("SIGINT");
    const [, served] = matched(await server.nextLine(), /^served 1 connection, (\d+) bytes?$/);
    if (Number(served) !== this.#byteLength) throw new Error(`the server counted ${served} bytes`);
    await server.endedWell();
  }

  async #hash(stream: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHash("sha256");
    for await (const chunk of stream) {
      hash.update(chunk);
      this.#byteLength += chunk.length;
      this.#job.progress([inWords(this.#byteLength)]);
    }
    return hash.digest("hex");
  }
}

function inWords(number: number): string {
  return number.toLocaleString("en");
}

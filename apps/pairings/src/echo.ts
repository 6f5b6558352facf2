/** The echo pairing: the client sends the data, the server sends it back, and both must end well. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Child, endAll } from "./child.ts";
import type { Job, Outcome, Program } from "./pairings.ts";
import type { RandomData } from "./random-data.ts";
import type { Runtime } from "./runtimes.ts";

const SERVER = fileURLToPath(import.meta.resolve("@omnisock/echo/server"));
const CLIENT = fileURLToPath(import.meta.resolve("@omnisock/echo/client"));

/** The echo program, with `data` to send. */
export function echo(data: RandomData): Program {
  return {
    title: "TCP echo",
    pair: (server, client, job) => new EchoPairing(data, job).run(server, client),
  };
}

class EchoPairing {
  readonly #data: RandomData;
  readonly #job: Job;
  readonly #children: Child[] = [];
  #started = performance.now();
  #milliseconds: number | undefined;
  #byteLength = 0;
  #same: boolean | undefined;

  constructor(data: RandomData, job: Job) {
    this.#data = data;
    this.#job = job;
  }

  async run(server: Runtime, client: Runtime): Promise<Outcome> {
    let failure: string | undefined;
    try {
      await untilAborted(this.#job.signal, this.#converse(server, client));
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    this.#milliseconds ??= performance.now() - this.#started;
    await endAll(this.#children);
    return {
      byteLength: this.#byteLength,
      milliseconds: this.#milliseconds,
      same: this.#same,
      failure: failure === undefined ? undefined : [failure, ...this.#complaints()].join("\n"),
    };
  }

  async #converse(serverRuntime: Runtime, clientRuntime: Runtime): Promise<void> {
    const server = this.#start("server", serverRuntime, SERVER, ["--port", "0"]);
    const [, host = "", port = ""] = matched(await server.nextLine(), /^listening on (.+):(\d+)$/);

    // The time is that of the client's whole run, as its user would see it.
    this.#started = performance.now();
    const client = this.#start("client", clientRuntime, CLIENT, ["--host", host, "--port", port]);
    client.stdin.end(this.#data.bytes);
    const sha256 = await this.#hash(client.stdout);
    await client.endedWell();
    this.#milliseconds = performance.now() - this.#started;
    this.#same = sha256 === this.#data.sha256;
    if (!this.#same) {
      const sent = `${this.#data.bytes.length} bytes (sha256 ${this.#data.sha256})`;
      throw new Error(`sent ${sent}, received ${this.#byteLength} bytes (sha256 ${sha256})`);
    }

    // Ctrl-C for the server, which then says what it did.
    server.signal("SIGINT");
    const [, served] = matched(await server.nextLine(), /^served 1 connection, (\d+) bytes?$/);
    if (Number(served) !== this.#byteLength) throw new Error(`the server counted ${served} bytes`);
    await server.endedWell();
  }

  #start(role: string, runtime: Runtime, program: string, args: readonly string[]): Child {
    // After the end, nobody would end it.
    this.#job.signal.throwIfAborted();
    const child = new Child(role, runtime, program, args);
    this.#children.push(child);
    return child;
  }

  async #hash(stream: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHash("sha256");
    for await (const chunk of stream) {
      hash.update(chunk);
      this.#byteLength += chunk.length;
      this.#job.progress(this.#byteLength);
    }
    return hash.digest("hex");
  }

  #complaints(): string[] {
    return this.#children
      .filter(({ complaints }) => complaints !== "")
      .map(({ role, complaints }) => `the ${role} said: ${complaints.trim()}`);
  }
}

function matched(line: string, pattern: RegExp): RegExpExecArray {
  const match = pattern.exec(line);
  if (match === null) throw new Error(`expected ${pattern}, not '${line}'`);
  return match;
}

/** Settles as `work` does, or rejects with the signal's reason when that comes first. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject);
  });
}

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Peer } from "./peers.ts";

/** How long a program that has nothing left to do may take to end, in milliseconds. */
const LONGEST_END = 10_000;
const COMPLAINTS_LENGTH = 2000;

/** Whatever still runs when this process exits is ended with it. */
const running = new Set<PeerProcess>();
process.on("exit", () => {
  for (const one of running) one.kill();
});

/** A driver that runs: it is told one command after the other, and answers each with a line. */
export class PeerProcess {
  readonly name: string;
  /** Resolves when it has ended, to how: "status 0", "SIGKILL". */
  readonly ended: Promise<string>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #complaints = "";

  constructor({ name, command, args }: Peer) {
    this.name = name;
    // A process group of its own: a runtime's command may be a script that starts the runtime.
    this.#child = spawn(command, args, { detached: true, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-COMPLAINTS_LENGTH);
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.ended = this.#end();
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  /** What it has written to standard error, and how it ended, if it has: for messages. */
  get complaints(): string {
    return this.#complaints.trim();
  }

  /**
   * The answer to a command, without its "ok".
   *
   * @throws {Error} The answer is an error, or the program has ended.
   */
  async ask(command: string): Promise<string> {
    const answer = await this.#tell(command);
    if (answer === "ok" || answer.startsWith("ok ")) return answer.slice("ok ".length);
    throw new Error(`${this.name}: ${command}: expected ok, saw ${answer}`);
  }

  /**
   * The code with which a command fails.
   *
   * @throws {Error} It does not fail, or the program has ended.
   */
  async refusal(command: string): Promise<string> {
    const answer = await this.#tell(command);
    if (answer.startsWith("error ")) return answer.slice("error ".length);
    throw new Error(`${this.name}: ${command}: expected an error, saw ${answer}`);
  }

  /**
   * Ends its input, and waits until it has ended by itself.
   *
   * @throws {Error} It did not, or not with status 0.
   */
  async end(): Promise<void> {
    this.#child.stdin.end();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hung = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`still running ${LONGEST_END} ms after the end of its input`), LONGEST_END);
    });
    const how = await Promise.race([this.ended, hung]);
    clearTimeout(timer);
    this.kill();
    if (how !== "status 0") throw new Error(`${this.name}: expected to end with status 0, saw: ${how}`);
  }

  /** Ends it, and what it has started, at once. */
  kill(): void {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    process.kill(-this.#child.pid, "SIGKILL");
  }

  async #tell(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    const { done, value } = await this.#answers.next();
    if (done) throw new Error(`${this.name}: ${command}: it has ended: ${await this.ended}`);
    return value;
  }

  async #end(): Promise<string> {
    try {
      const [status, signal] = (await once(this.#child, "exit")) as [number | null, string | null];
      return signal ?? `status ${status}`;
    } catch (error) {
      return `not started: ${(error as Error).message}`;
    }
  }
}

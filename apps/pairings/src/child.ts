/** Child processes: started, listened to, and always ended. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Runtime } from "./runtimes.ts";

const COMPLAINTS_LENGTH = 2000;

/** A program that runs on a runtime. */
export class Child {
  /** What the program is here, for messages: "server". */
  readonly role: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended and all it printed has been read, to how: "exit status 1", "SIGKILL". */
  readonly ended: Promise<string>;
  /** The end of what it has printed to standard error so far. */
  complaints = "";
  readonly #pid: number | undefined;
  #lines: AsyncIterator<string> | undefined;

  constructor(role: string, runtime: Runtime, program: string, args: readonly string[]) {
    const child = spawn(runtime.command, [...runtime.run, program, ...args], {
      env: plainEnvironment(),
      // Its own process group: what a wrapper script starts ends with it, and Ctrl-C reaches it through us alone.
      detached: true,
    });
    this.role = role;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.ended = end(child);
    this.#pid = child.pid;
    // A child that ends early breaks the pipe; how it ended says more.
    child.stdin.on("error", () => {});
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.complaints = (this.complaints + text).slice(-COMPLAINTS_LENGTH);
    });
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  /**
   * The next line that it prints. From the first call on, its output is read by lines only.
   *
   * @throws It ended before.
   */
  async nextLine(): Promise<string> {
    this.#lines ??= createInterface({ input: this.stdout })[Symbol.asyncIterator]();
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`the ${this.role} ended early: ${await this.ended}`);
    return value;
  }

  /**
   * Waits for its end.
   *
   * @throws It ended with another exit status than 0.
   */
  async endedWell(): Promise<void> {
    const how = await this.ended;
    if (how !== "exit status 0") throw new Error(`the ${this.role} ended badly: ${how}`);
  }

  /** Sends a signal to it, and to what it has started; nothing when it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.#pid === undefined) return;
    try {
      process.kill(-this.#pid, signal);
    } catch {
      // ESRCH: nobody is left.
    }
  }
}

/** Whatever still runs when this process exits, also by an uncaught error, is ended with it. */
const running = new Set<Child>();
process.on("exit", () => {
  for (const child of running) child.signal("SIGKILL");
});

/** Ends the children at once; resolves when they are gone. */
export async function endAll(children: readonly Child[]): Promise<void> {
  for (const child of children) child.signal("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
}

async function end(child: ChildProcessWithoutNullStreams): Promise<string> {
  try {
    const [status, signal] = (await once(child, "close")) as [number | null, string | null];
    return signal ?? `exit status ${status}`;
  } catch (error) {
    return `not started, ${(error as Error).message}`;
  }
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...environment } = process.env;
  return { ...environment, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
}

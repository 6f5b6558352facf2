/** Child processes: started, listened to, and always ended. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

const COMPLAINTS_LENGTH = 2000;

export class Child {
  readonly name: string;
  /** Resolves when it has ended: "exit status 1", "SIGKILL". */
  readonly ended: Promise<string>;
  /** The end of what it has printed to standard error. */
  complaints = "";
  readonly #process: ChildProcessWithoutNullStreams;
  #lines: AsyncIterator<string> | undefined;

  constructor(name: string, [file, ...args]: readonly string[]) {
    this.name = name;
    // Its own process group: Ctrl-C reaches it through us alone, and what it has started ends with it.
    this.#process = spawn(file ?? "", args, { env: plainEnvironment(), detached: true });
    this.ended = end(this.#process);
    // A child that ends early breaks the pipe; how it ended says more.
    this.#process.stdin.on("error", () => {});
    this.#process.stderr.setEncoding("utf8").on("data", (more: string) => {
      this.complaints = (this.complaints + more).slice(-COMPLAINTS_LENGTH);
    });
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  /** @throws It ended before. */
  async nextLine(): Promise<string> {
    this.#lines ??= createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended early: ${await this.ended}${this.#lastWords()}`);
    return value;
  }

  /**
   * All that it prints, when it has ended.
   *
   * @throws It ended badly.
   */
  async output(): Promise<string> {
    const [printed, how] = await Promise.all([text(this.#process.stdout), this.ended]);
    if (how !== "exit status 0") throw new Error(`${this.name} ended badly: ${how}${this.#lastWords()}`);
    return printed;
  }

  tell(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Ends it at once; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, signal);
    } catch {
      // ESRCH: nobody is left.
    }
  }

  #lastWords(): string {
    return this.complaints === "" ? "" : `\n${this.complaints.trimEnd()}`;
  }
}

/** Whatever still runs when this process exits, also by an uncaught error, is ended with it. */
const running = new Set<Child>();
process.on("exit", () => {
  for (const child of running) child.signal("SIGKILL");
});

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
  return { ...environment, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", PYTHONUNBUFFERED: "1" };
}

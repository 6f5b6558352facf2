/** Workers, as the command sees them: started, spoken to with a time limit, and always ended. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { PLACE } from "../files.ts";
import { type Message, parseLine, type Request } from "./protocol.ts";

/** How much of what a worker prints besides messages is kept, in characters. */
const NOISE_LENGTH = 2000;

/** What came instead of a message. */
export interface Ended {
  readonly type: "ended";
  /** "exit status 1", "SIGSEGV", "not started, …". */
  readonly how: string;
}

export interface Silent {
  readonly type: "silent";
}

export class WorkerProcess {
  /** The end of what it has printed besides messages. */
  noise = "";
  /** What its cases leave when it is killed goes with this. */
  readonly #directory = mkdtempSync("/tmp/omnisock-");
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<Ended>;
  readonly #messages: Message[] = [];
  #wake = (): void => {};

  constructor(command: readonly [file: string, ...args: string[]]) {
    const [file, ...args] = command;
    const mark = `@${randomUUID()} `;
    const env = { ...plainEnvironment(), [PLACE]: this.#directory };
    // A process group of its own: Ctrl-C reaches it through the command alone, and what it has started ends with it.
    this.#child = spawn(file, [...args, mark], { detached: true, env, stdio: "pipe" });
    running.add(this);
    this.#ended = ending(this.#child);
    void this.#ended.then(() => {
      running.delete(this);
      this.clear();
      this.#wake();
    });
    // A worker that ends breaks the pipe; how it ended says more.
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const { printed, message } = parseLine(line, mark);
      this.#keep(printed);
      if (message !== undefined) this.#messages.push(message);
      this.#wake();
    });
  }

  request(request: Request): void {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
  }

  /** The next message, unless the worker ends before, or says nothing for so many milliseconds. */
  async next(limit: number): Promise<Message | Ended | Silent> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silent = new Promise<Silent>((resolve) => {
      timer = setTimeout(() => resolve({ type: "silent" }), limit);
    });
    const message = async (): Promise<Message> => {
      while (this.#messages.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      return this.#messages.shift() as Message;
    };
    try {
      return await Promise.race([message(), this.#ended, silent]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it, whatever it does; resolves when it is gone. */
  async kill(): Promise<void> {
    this.killNow();
    await this.#ended;
  }

  /** As `kill()`, without waiting: for a process that is exiting itself. */
  killNow(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // ESRCH: nobody is left.
    }
  }

  /** Takes away what its cases have left. */
  clear(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #keep(text: string): void {
    this.noise = (this.noise + text).slice(-NOISE_LENGTH);
  }
}

const running = new Set<WorkerProcess>();
process.on("exit", () => {
  for (const worker of running) {
    worker.killNow();
    worker.clear();
  }
});

async function ending(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  try {
    const [status, signal] = (await once(child, "close")) as [number | null, string | null];
    return { type: "ended", how: signal ?? `exit status ${status}` };
  } catch (error) {
    return { type: "ended", how: `not started, ${(error as Error).message}` };
  }
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...environment } = process.env;
  return { ...environment, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
}

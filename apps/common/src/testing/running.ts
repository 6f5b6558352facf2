/** Processes that a test has started; they end with it at the latest. */
import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface Result {
  /** The exit status; null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const END = "(end of output)";

/** Starts a command with the colours off. */
export function startCommand(command: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(command, [...args], {
    ...options,
    stdio: "pipe",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, PYTHONUNBUFFERED: "1", ...options.env },
  }) as ChildProcessWithoutNullStreams;
  return new Running(child);
}

/** A process. Its standard output is read either by lines or as a whole. */
export class Running {
  readonly process: ChildProcessWithoutNullStreams;
  /** Its exit status, when it has ended; null when a signal ended it. */
  readonly status: Promise<number | null>;
  readonly #stdout: PassThrough;
  #lines: AsyncIterator<string> | undefined;
  /** All of its standard error, when it has ended. */
  readonly stderr: Promise<string>;
  readonly #complaints: AsyncIterator<string>;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.process = child;
    this.status = once(child, "exit").then(([code]) => code as number | null);
    // What nobody reads from the child itself is gone when it has ended.
    this.#stdout = child.stdout.pipe(new PassThrough());
    this.stderr = text(child.stderr.pipe(new PassThrough()));
    this.#complaints = createInterface({ input: child.stderr.pipe(new PassThrough()) })[Symbol.asyncIterator]();
    // Some end without reading their input.
    child.stdin.on("error", () => {});
    onTestFinished(() => void child.kill("SIGKILL"));
  }

  /** The next line of its standard output; "(end of output)" when there is none. */
  nextLine(): Promise<string> {
    this.#lines ??= createInterface({ input: this.#stdout })[Symbol.asyncIterator]();
    return next(this.#lines);
  }

  /** The next line of its standard error. */
  nextComplaint(): Promise<string> {
    return next(this.#complaints);
  }

  /** What `pattern` finds in the next line. Fails, with what the process complains of, when it finds nothing. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    const line = await this.nextLine();
    const match = pattern.exec(line);
    if (match !== null) return match;
    const complaint = line === END ? `, ${await this.nextComplaint()}` : "";
    throw new Error(`expected ${pattern}, not '${line}'${complaint}`);
  }

  /** The lines of its standard output that nobody has read, until its end. */
  async restOfLines(): Promise<string[]> {
    const rest: string[] = [];
    for (let line = await this.nextLine(); line !== END; line = await this.nextLine()) rest.push(line);
    return rest;
  }

  /** Waits for its end. */
  async result(): Promise<Result> {
    const [stdout, status, stderr] = await Promise.all([buffer(this.#stdout), this.status, this.stderr]);
    return { status, stdout, stderr };
  }
}

async function next(lines: AsyncIterator<string>): Promise<string> {
  const { done, value } = await lines.next();
  return done ? END : value;
}

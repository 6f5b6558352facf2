/** What is the same in every program: its command line, and how it ends. */
import process from "node:process";
import { type CommandLine, type Flags, readCommandLine, type Takes } from "./command-line.ts";
import { type Hints, reportFailure } from "./failure.ts";
import { forgetInterruptions, Interruption } from "./interruption.ts";
import { endWithReader } from "./standard-output.ts";

type NoFlags = Readonly<Record<never, never>>;

export interface Program<Own extends Flags = NoFlags> extends Takes<Own> {
  /** For messages: "server". */
  readonly name: string;
  /** What `--help` prints. */
  readonly help: string;
  /** What the user may do about an error, where that differs from other programs. */
  readonly hints?: Hints;
  /** The options besides `--port` that choose a port. */
  readonly ports?: readonly (keyof Own & string)[];
}

/**
 * Runs a program: reads its command line, calls `main`, and says on one line what went wrong. A `main` whose calls block
 * the thread returns no promise.
 *
 * The exit status is 0, also when nobody reads its output any more; 1 when something went wrong; 2 for a mistake on the
 * command line. `main` throws what it cannot
 * mend: a `SocketError` as it came, or a `Failure`.
 *
 * @example
 * ```ts
 * await program({ name: "client", help: HELP, port: 7007 }, async ({ address }) => {
 *   await using socket = new Socket(address.family, SocketType.STREAM);
 *   await socket.connect(address);
 * });
 * ```
 */
export async function program<Own extends Flags = NoFlags>(
  about: Program<Own>,
  main: (commandLine: CommandLine<Own>) => Promise<void> | void,
): Promise<void> {
  endWithReader(about.name);
  let given: Readonly<Record<string, unknown>> = {};
  try {
    const commandLine = readCommandLine(process.argv.slice(2), about);
    given = commandLine.flags;
    if (commandLine.help) console.log(about.help);
    else await main(commandLine);
  } catch (error) {
    const portOption = (port: number) => `--${about.ports?.find((name) => given[name] === port) ?? "port"}`;
    if (!(error instanceof Interruption)) process.exitCode = reportFailure(about.name, error, about.hints, portOption);
  } finally {
    forgetInterruptions();
  }
}

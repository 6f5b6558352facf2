/** How the programs read their command lines. */
import { parseArgs } from "node:util";
import { type Address, Internet6Address, InternetAddress, SocketError, UnixAddress } from "omnisock";
import { UsageError } from "./failure.ts";
import { type Flag, text, wholeNumber } from "./flags.ts";

export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** What a program's command line may hold, besides `--help`. */
export interface Takes<Own extends Flags> {
  /** The port when `--port` is not given; without it, the program takes neither `--host` nor `--port`. */
  readonly port?: number;
  /** Whether port 0, "let the system choose", makes sense. */
  readonly portAny?: boolean;
  /** Whether `--unix PATH` may stand in place of a host and a port. */
  readonly unix?: boolean;
  /** Whether there may be arguments other than options. */
  readonly words?: boolean;
  /** The options that this program alone has. */
  readonly flags?: Own;
}

export interface CommandLine<Own extends Flags> {
  readonly help: boolean;
  readonly address: Address;
  /** The arguments that are no options. */
  readonly words: readonly string[];
  readonly flags: { readonly [Name in keyof Own]: Own[Name] extends Flag<infer Value> ? Value : never };
}

/** @throws {UsageError} An unknown option, an option without its value, or a value that cannot be. */
export function readCommandLine<Own extends Flags>(args: readonly string[], takes: Takes<Own>): CommandLine<Own> {
  const { port, portAny = false, unix = false } = takes;
  const known: Flags = {
    ...takes.flags,
    ...(port !== undefined && { host: text(), port: wholeNumber(port, portAny ? 0 : 1, 65535) }),
    ...(unix && { unix: text() }),
  };
  const { values, words } = parse(args, known, takes.words ?? false);

  const flags = read(known, values) as Where;
  if (flags.unix !== undefined && (values.host ?? values.port) !== undefined) {
    throw new UsageError("--unix stands in place of --host and --port");
  }
  return {
    help: values.help === true,
    address: addressOf(flags),
    words,
    flags: flags as unknown as CommandLine<Own>["flags"],
  };
}

interface Values {
  readonly [name: string]: string | boolean | undefined;
  readonly help?: boolean;
  readonly host?: string;
  readonly port?: string;
}

function parse(args: readonly string[], known: Flags, allowPositionals: boolean) {
  const options = Object.entries(known).map(([name, { type }]) => [name, { type }] as const);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals,
      options: { help: { type: "boolean" }, ...Object.fromEntries(options) },
    });
    return { values: values as Values, words: positionals };
  } catch (error) {
    checkDashes(args, known);
    // The first sentence says what is wrong; the others are advice for programmers.
    const [sentence] = (error as Error).message.split(/\.\s/, 1);
    throw new UsageError(sentence);
  }
}

/**
 * A value that begins with a dash looks like an option.
 *
 * @throws {UsageError} There is one.
 */
function checkDashes(args: readonly string[], known: Flags): void {
  for (const [at, option] of args.entries()) {
    if (option === "--") return;
    const name = option.slice("--".length);
    const value = args[at + 1] ?? "";
    const flag = Object.hasOwn(known, name) ? known[name] : undefined;
    if (flag?.type !== "string" || !option.startsWith("--") || !value.startsWith("-")) continue;
    flag.read(name, value);
    throw new UsageError(`${option} needs a value; one that begins with a dash is written ${option}=${value}`);
  }
}

function read(known: Flags, values: Values): Record<string, unknown> {
  const entries = Object.entries(known).map(([name, flag]) => {
    const value = values[name];
    return [name, value === undefined ? flag.absent : flag.read(name, String(value))];
  });
  return Object.fromEntries(entries);
}

interface Where {
  readonly host?: string;
  readonly port?: number;
  readonly unix?: string;
}

/** The address as people write it. Only an IPv6 address has a colon; a name is looked up as IPv4. */
function addressOf({ host = InternetAddress.ADDR_LOOPBACK, port = 0, unix }: Where): Address {
  try {
    if (unix !== undefined) return unix.startsWith("@") ? UnixAddress.abstract(unix.slice(1)) : new UnixAddress(unix);
    return host.includes(":") ? new Internet6Address(host, port) : new InternetAddress(host, port);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SocketError)) throw error;
    throw new UsageError(`${unix === undefined ? "--host" : "--unix"}: ${error.message}`);
  }
}

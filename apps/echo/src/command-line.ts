/** What the server and the client share: how they read the command line, and how they fail. */
import process from "node:process";
import { parseArgs } from "node:util";
import { Internet6Address, InternetAddress, SocketError, type SocketErrorCode } from "omnisock";

/** Port 7 is echo's own (RFC 862), but ports below 1024 need a privilege. */
export const DEFAULT_PORT = 7007;

export type HostAddress = InternetAddress | Internet6Address;

export interface CommandLine {
  readonly help: boolean;
  /** Where to listen, or to connect to. */
  readonly address: HostAddress;
  /** The arguments that are no options. */
  readonly words: readonly string[];
}

/** A mistake on the command line. */
class UsageError extends Error {}

/** The program cannot go on, for a reason that no socket call reports. */
export class Failure extends Error {}

/**
 * Reads the command line of this process.
 *
 * @param takes.words Whether there may be arguments other than options.
 * @param takes.portAny Whether port 0, "let the system choose", makes sense.
 * @throws {UsageError} An unknown option, an option without its value, or a value that cannot be.
 */
export function readCommandLine(takes: { words: boolean; portAny: boolean }): CommandLine {
  const { values, positionals } = parse(takes.words);
  return {
    help: values.help,
    address: addressOf(values.host, portOf(values.port, takes.portAny ? 0 : 1)),
    words: positionals,
  };
}

function parse(allowPositionals: boolean) {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      allowPositionals,
      options: {
        help: { type: "boolean", default: false },
        host: { type: "string", default: InternetAddress.ADDR_LOOPBACK },
        port: { type: "string", default: String(DEFAULT_PORT) },
      },
    });
  } catch (error) {
    // The first sentence says what is wrong; the others are advice for programmers.
    const [sentence] = (error as Error).message.split(/\.\s/, 1);
    throw new UsageError(sentence);
  }
}

function portOf(text: string, lowest: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= lowest && port <= 65535) return port;
  throw new UsageError(`--port takes a whole number from ${lowest} to 65535, not '${text}'`);
}

/** The address for a host as people write it. Only an IPv6 address has a colon; a name is looked up as IPv4. */
function addressOf(host: string, port: number): HostAddress {
  if (host === "") throw new UsageError("--host takes an address or a name");
  return host.includes(":") ? new Internet6Address(host, port) : new InternetAddress(host, port);
}

/** What the user may do about it. */
const HINTS: { readonly [code in SocketErrorCode]?: string } = {
  EACCES: "ports below 1024 need a privilege, --port chooses another",
  EADDRINUSE: "--port chooses another port",
  EADDRNOTAVAIL: "--host chooses another address",
  ECONNREFUSED: "is the server running?",
};

/**
 * Says on one line what went wrong.
 *
 * @returns The exit status: 2 for a mistake on the command line, 1 for anything that happened later.
 * @throws What is no failure but a bug, for the runtime to print.
 */
export function reportFailure(program: string, error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${program}: ${error.message}; --help tells more`);
    return 2;
  }
  if (!(error instanceof SocketError || error instanceof Failure)) throw error;
  const hint = error instanceof SocketError ? HINTS[error.code] : undefined;
  console.error(`${program}: ${error.message}${hint === undefined ? "" : `; ${hint}`}`);
  return 1;
}

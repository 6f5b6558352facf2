/** How programs say what went wrong. */
import { SocketError, type SocketErrorCode } from "omnisock";

/** A mistake on the command line. */
export class UsageError extends Error {}

/** The program cannot go on, for a reason that no socket call reports. */
export class Failure extends Error {}

/** What the user may do about an error, by its code. */
export type Hints = { readonly [code in SocketErrorCode]?: string | undefined };

const HINTS: Hints = {
  EACCES: "ports below 1024 need a privilege, --port chooses another",
  EADDRINUSE: "--port chooses another port",
  EADDRNOTAVAIL: "--host chooses another address",
  ECONNREFUSED: "is the server running?",
};

/** The same for a Unix socket, which has no port. */
const UNIX_HINTS: Hints = {
  ...HINTS,
  EACCES: undefined,
  EADDRINUSE: "somebody listens there, or has left the file behind: remove it, or choose another path",
};

/**
 * Says on one line what went wrong.
 *
 * @param hints The program's own, before those for all programs.
 * @returns The exit status: 2 for a mistake on the command line, 1 for anything that happened later.
 * @throws What is no failure but a bug, for the runtime to print.
 */
export function reportFailure(name: string, error: unknown, hints: Hints = {}): number {
  if (error instanceof UsageError) {
    console.error(`${name}: ${error.message}; --help tells more`);
    return 2;
  }
  if (!(error instanceof SocketError || error instanceof Failure || isSystemMissing(error))) throw error;
  const hint = error instanceof SocketError ? (hints[error.code] ?? usualHint(error)) : undefined;
  console.error(`${name}: ${error.message}${hint === undefined ? "" : `; ${hint}`}`);
  return 1;
}

function usualHint({ code, address, port }: SocketError): string | undefined {
  return (address !== undefined && port === undefined ? UNIX_HINTS : HINTS)[code];
}

/** `@omnisock/posix` cannot run here, and says why. */
function isSystemMissing(error: unknown): error is Error {
  return error instanceof Error && error.name === "SystemMissing";
}

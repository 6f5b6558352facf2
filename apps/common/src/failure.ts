/** How programs say what went wrong. */
import { SocketError, type SocketErrorCode } from "omnisock";

/** A mistake on the command line. */
export class UsageError extends Error {}

/** The program cannot go on, for a reason that no socket call reports. */
export class Failure extends Error {}

/** What the user may do about an error, by its code. */
export type Hints = { readonly [code in SocketErrorCode]?: string };

const HINTS: Hints = {
  EACCES: "ports below 1024 need a privilege, --port chooses another",
  EADDRINUSE: "--port chooses another port",
  EADDRNOTAVAIL: "--host chooses another address",
  ECONNREFUSED: "is the server running?",
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
  const hint = error instanceof SocketError ? (hints[error.code] ?? HINTS[error.code]) : undefined;
  console.error(`${name}: ${error.message}${hint === undefined ? "" : `; ${hint}`}`);
  return 1;
}

/** `@omnisock/posix` cannot run here, and says why. */
function isSystemMissing(error: unknown): error is Error {
  return error instanceof Error && error.name === "SystemMissing";
}

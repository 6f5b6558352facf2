/** How programs say what went wrong. */
import { lstatSync } from "node:fs";
import { SocketError, type SocketErrorCode } from "omnisock";

/** A mistake on the command line. */
export class UsageError extends Error {}

/** The program cannot go on, for a reason that no socket call reports. */
export class Failure extends Error {}

/** What the user may do about an error, by its code. */
export type Hints = { readonly [code in SocketErrorCode]?: string | undefined };

const HINTS: Hints = {
  EADDRNOTAVAIL: "--host chooses another address",
  ECONNREFUSED: "is the server running?",
  ENOTFOUND: "is the name right?",
};

const FIRST_FREE_PORT = 1024;

/**
 * Says on one line what went wrong.
 *
 * @param hints The program's own, before those for all programs.
 * @param portOption What chooses a port, given the one that was tried.
 * @returns The exit status: 2 for a mistake on the command line, 1 for anything that happened later.
 * @throws What is no failure but a bug, for the runtime to print.
 */
export function reportFailure(
  name: string,
  error: unknown,
  hints: Hints = {},
  portOption: (port: number) => string = () => "--port",
): number {
  if (error instanceof UsageError) {
    console.error(`${name}: ${error.message}; --help tells more`);
    return 2;
  }
  if (!(error instanceof SocketError || error instanceof Failure || isSystemMissing(error))) throw error;
  const hint =
    error instanceof SocketError ? (advice(error) ?? hints[error.code] ?? usualHint(error, portOption)) : undefined;
  console.error(`${name}: ${error.message}${hint === undefined ? "" : `; ${hint}`}`);
  return 1;
}

/** Deno says itself which flag permits what it has refused. */
function advice({ cause }: SocketError): string | undefined {
  return cause instanceof Error && cause.name === "NotCapable" ? cause.message : undefined;
}

function usualHint(error: SocketError, portOption: (port: number) => string): string | undefined {
  const { code, address, port } = error;
  if (address !== undefined && port === undefined && error.syscall !== "getaddrinfo")
    return pathHint(error) ?? HINTS[code];
  if (port !== undefined) {
    if (code === "EADDRINUSE") return `${portOption(port)} chooses another port`;
    const isLow = port > 0 && port < FIRST_FREE_PORT;
    if (code === "EACCES" && isLow)
      return `ports below ${FIRST_FREE_PORT} need a privilege, ${portOption(port)} chooses another`;
  }
  return HINTS[code];
}

/** For a Unix socket, which has no port. */
function pathHint({ code, address = "", syscall }: SocketError): string | undefined {
  const isClient = syscall === "connect" || syscall === "send";
  if (code === "EACCES") return "may this user go there, and write there? --unix chooses another path";
  if (code === "ENOENT")
    return isClient ? "is the server running, and the path right?" : "is its folder there, and one for files?";
  if (code !== "EADDRINUSE") return undefined;
  if (address.startsWith("@")) return "somebody listens there: choose another name";
  if (isSomethingElse(address)) return "there is something else of that name: choose another path";
  return "somebody listens there, or has left the file behind: remove it, or choose another path";
}

function isSomethingElse(path: string): boolean {
  try {
    return !lstatSync(path).isSocket();
  } catch {
    // It has gone, or we may not look.
    return false;
  }
}

/** `@omnisock/posix` cannot run here, and says why. */
function isSystemMissing(error: unknown): error is Error {
  return error instanceof Error && error.name === "SystemMissing";
}

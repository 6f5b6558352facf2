import { type Address, CodedError, SocketError, type Syscall, WOULD_BLOCK } from "@omnisock/core";
import { codes, EAGAIN, nearest } from "./linux/errno.ts";

/** That there is no calling the system here; the message says what to do. */
export class SystemMissing extends Error {
  override readonly name = "SystemMissing";
  /** `EOPNOTSUPP`: not on this platform, or not with what is installed. `EACCES`: not permitted. */
  readonly code: "EOPNOTSUPP" | "EACCES";

  constructor(code: "EOPNOTSUPP" | "EACCES", message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The kernel's error as a `SocketError`: its code, or for one that there is no word for the nearest, or `EIO`, with the number in `cause`. */
export function failure(errno: number, syscall: Syscall, at?: Address): SocketError {
  const { code, cause } = coded(errno);
  return new SocketError(code, syscall, { at, cause });
}

/** As `failure()`, for core, which says of which call it is. */
export function coded(errno: number): CodedError {
  const code = codes[errno];
  return code === undefined
    ? new CodedError(nearest[errno] ?? "EIO", new Error(`errno ${errno}`))
    : new CodedError(code);
}

/** The result of a call to the C library. @throws {SocketError} It is a negative errno. */
export function checked(result: number, syscall: Syscall, at?: Address): number {
  if (result < 0) throw failure(-result, syscall, at);
  return result;
}

/** As `checked()`, of a call that was not to wait: `WOULD_BLOCK` where it would have. */
export function tried(result: number, syscall: Syscall, at?: Address): number {
  return result === -EAGAIN ? WOULD_BLOCK : checked(result, syscall, at);
}

/**
 * Calls what may be several calls to the system, of which core's verb is none or one: their error becomes the cause of its own.
 */
export async function asCause<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof SystemMissing) throw new CodedError(error.code, error);
    throw error instanceof SocketError ? new CodedError(error.code, error) : error;
  }
}

import type { Address } from "./address.ts";
import { SocketError, type SocketErrorCode, type Syscall } from "./errors.ts";
import { limited } from "./limited.ts";
import type { Limit } from "./wait.ts";

/** What a call is, and where to: for the errors that end it. */
export interface Prepared {
  readonly syscall: Syscall;
  readonly at: Address | undefined;
  readonly limit: Limit | undefined;
  /** What it is when its time is up. */
  readonly late: SocketErrorCode;
}

/** What calls wait for before they can wait with the socket: that names are looked up, or the socket is bound. */
export class Preparations {
  readonly #underWay = new Map<AbortController, Prepared>();

  /** `work`, until it is done, the call's limit is reached, or the socket is closed. It may go on; nobody waits for it then. */
  async run<T>(call: Prepared, work: () => Promise<T>): Promise<T> {
    const { syscall, at, limit, late } = call;
    const attempt = new AbortController();
    this.#underWay.set(attempt, call);
    try {
      return await limited(attempt, limit, () => new SocketError(late, syscall, { at }), work);
    } finally {
      this.#underWay.delete(attempt);
    }
  }

  /** The socket is closed: ends them all. */
  end(): void {
    for (const [attempt, { syscall, at }] of this.#underWay) attempt.abort(new SocketError("EBADF", syscall, { at }));
  }
}

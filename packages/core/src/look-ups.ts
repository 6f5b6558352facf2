import type { Adapter } from "./adapter.ts";
import { type Address, onInterface } from "./address.ts";
import { SocketError, type SocketErrorCode, type Syscall } from "./errors.ts";
import { limited } from "./limited.ts";
import { resolve } from "./resolve.ts";
import type { Limit } from "./wait.ts";

/** A call that needs a numeric address. */
export interface LookUp {
  readonly at: Address;
  readonly syscall: Syscall;
  readonly limit: Limit | undefined;
  /** What it is when its time is up. */
  readonly late: SocketErrorCode;
}

/** The names that are being looked up for a socket: `close()` waits for none. */
export class LookUps {
  readonly #underWay = new Map<AbortController, LookUp>();

  /** The numeric address of `call.at`: the first, where it is a name. A look-up goes on when nobody waits for it any more. */
  async find(adapter: Adapter, call: LookUp): Promise<Address> {
    const { at, syscall, limit, late } = call;
    if (at.isNumeric) return onInterface(adapter, at, syscall);
    const attempt = new AbortController();
    const timedOut = (): SocketError => new SocketError(late, syscall, { at });
    this.#underWay.set(attempt, call);
    try {
      const [found = at] = await limited(attempt, limit, timedOut, () => resolve(adapter, at, syscall));
      return found;
    } finally {
      this.#underWay.delete(attempt);
    }
  }

  /** The socket is closed. */
  end(): void {
    for (const [attempt, { syscall, at }] of this.#underWay) attempt.abort(new SocketError("EBADF", syscall, { at }));
  }
}

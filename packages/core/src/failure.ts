import type { Address } from "./address.ts";
import { asSocketError, type SocketError, type Syscall } from "./errors.ts";

/** Why a connection broke: the next call reports it, and only that one, as SO_ERROR does. */
export class Failure {
  readonly #peer: Address;
  #cause: unknown;

  constructor(peer: Address) {
    this.#peer = peer;
  }

  get isPending(): boolean {
    return this.#cause !== undefined;
  }

  set(cause: unknown): void {
    this.#cause ??= cause;
  }

  take(syscall: Syscall): SocketError | undefined {
    const cause = this.#cause;
    this.#cause = undefined;
    return cause === undefined ? undefined : asSocketError(cause, syscall, this.#peer);
  }
}

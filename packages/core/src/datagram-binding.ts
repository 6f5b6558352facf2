import type { Made } from "./adapter.ts";
import { type Address, anyAddress } from "./address.ts";
import { Datagrams } from "./datagrams.ts";
import { asSocketError, SocketError, type SocketErrorCode, type Syscall } from "./errors.ts";
import { LookUps } from "./look-ups.ts";
import type { OptionStore } from "./options/option-store.ts";
import type { Readiness } from "./readiness.ts";
import { type Limit, Waiter, WaitQueue } from "./wait.ts";

/** A call that waits for the socket to be bound, and what its errors are about. */
class Wait extends Waiter<Datagrams> {
  readonly syscall: Syscall;
  readonly at: Address | undefined;

  constructor(syscall: Syscall, at: Address | undefined) {
    super();
    this.syscall = syscall;
    this.at = at;
  }
}

/** How a datagram socket comes by the runtime's: bound when it is told to, or when it is first used. */
export class DatagramBinding {
  /** Set once it is bound. */
  datagrams: Datagrams | undefined;
  readonly #options: OptionStore;
  readonly #readiness: Readiness;
  readonly #lookUps: LookUps = new LookUps();
  /** They go on before whoever is told later that the socket is bound: calls are served in the order they were made. */
  readonly #waits = new WaitQueue<Datagrams, Wait>();
  #binding: Promise<void> | undefined;
  /** Why it could not be bound for a verb that does not wait: the next one says so. */
  #failure: SocketError | undefined;
  #isKeepingAlive = true;
  #isClosed = false;

  constructor(options: OptionStore, readiness: Readiness) {
    this.#options = options;
    this.#readiness = readiness;
  }

  /** Whether it is bound, or about to be. */
  get isBegun(): boolean {
    return this.#binding !== undefined;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  adopt(made: Made): void {
    if (!("datagrams" in made)) return;
    made.datagrams((handle) => {
      const datagrams = new Datagrams(handle, this.#readiness);
      if (made.peer !== undefined) datagrams.connected(made.peer);
      this.datagrams = datagrams;
      this.#binding = Promise.resolve();
      return datagrams;
    });
    this.#options.become("datagram", "bind");
    if (this.datagrams !== undefined) this.#options.attach(this.datagrams.handle);
  }

  bind(at: Address): Promise<void> {
    this.#failure = undefined;
    this.#binding = this.#open(at).catch((cause: unknown) => {
      this.#binding = undefined;
      this.#options.unmake();
      const error = asSocketError(cause, "bind", at);
      this.#waits.rejectAll(() => error);
      throw error;
    });
    return this.#binding;
  }

  /**
   * The socket, bound to a port (an abstract name, of Unix) of the system's choice if nobody has bound it: for a verb that waits.
   *
   * @param limit Who is not to wait at all still waits for this.
   */
  bound(syscall: "connect" | "recv" | "send", limit: Limit | undefined, at?: Address): Promise<Datagrams> {
    if (this.datagrams !== undefined) return Promise.resolve(this.datagrams);
    const late = syscall === "connect" ? "ETIMEDOUT" : "EAGAIN";
    const patient = limit?.timeout === 0 ? { ...limit, timeout: Number.POSITIVE_INFINITY } : limit;
    const bound = this.#waits.push(new Wait(syscall, at), patient, () => new SocketError(late, syscall, { at }));
    this.#bindAnywhere().catch(() => {});
    return bound;
  }

  /** As `bound()`, for a verb that cannot wait: undefined while it is being bound. */
  boundNow(): Datagrams | undefined {
    if (this.datagrams !== undefined) return this.datagrams;
    const failure = this.takeFailure();
    if (failure !== undefined) throw failure;
    this.begin();
    return undefined;
  }

  /** Has it bound, if it is not yet. If that fails, the next verb says so. */
  begin(): void {
    if (this.datagrams !== undefined) return;
    this.#bindAnywhere().catch((error: SocketError) => {
      this.#failure = error;
      this.#readiness.notify("read");
    });
  }

  takeFailure(): SocketError | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** The numeric address of `at`, which `syscall` is about. @param late What the error is when time is up. */
  found(at: Address, limit: Limit | undefined, late: SocketErrorCode, syscall: Syscall): Promise<Address> {
    return this.#lookUps.find(this.#options.origin.adapter, { at, syscall, limit, late });
  }

  keepAlive(isEnabled: boolean): void {
    this.#isKeepingAlive = isEnabled;
    this.datagrams?.keepAlive.enable(isEnabled);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#lookUps.end();
    this.#waits.rejectAll(({ syscall, at }) => new SocketError("EBADF", syscall, { at }));
    await this.#binding?.catch(() => {});
    await this.datagrams?.close();
  }

  #bindAnywhere(): Promise<void> {
    return this.#binding ?? this.bind(anyAddress(this.#options.origin.family));
  }

  async #open(at: Address): Promise<void> {
    const { adapter } = this.#options.origin;
    this.#options.become("datagram", "bind");
    const address = await this.found(at, undefined, "ETIMEDOUT", "bind");
    this.#checkOpen(at);
    let made: Datagrams | undefined;
    await adapter.bind({ at: address, options: this.#options.early }, (handle) => {
      made = new Datagrams(handle, this.#readiness);
      return made;
    });
    if (made === undefined) throw new Error("The adapter bound the socket and gave no handle");
    const datagrams: Datagrams = made;
    try {
      this.#options.attach(datagrams.handle, (error) => datagrams.failure.set(error));
    } catch (error) {
      await datagrams.close();
      throw error;
    }
    if (this.#isClosed) {
      await datagrams.close();
      this.#checkOpen(at);
    }
    this.datagrams = datagrams;
    datagrams.keepAlive.enable(this.#isKeepingAlive);
    while (this.#waits.first() !== undefined) this.#waits.resolveFirst(datagrams);
    this.#readiness.notifyAll();
  }

  #checkOpen(at: Address): void {
    if (this.#isClosed) throw new SocketError("EBADF", "bind", { at });
  }
}

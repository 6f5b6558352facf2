import type { Adapter } from "../adapter.ts";
import { AddressFamily, SocketType } from "../constants.ts";
import { SocketError, type Syscall } from "../errors.ts";
import { SocketTimeout } from "../socket-timeout.ts";
import type { Limit } from "../wait.ts";
import { allows, type Claim, claimOf, isFixed, type SocketKind } from "./claims.ts";
import type { Membership } from "./membership.ts";
import { findInterface } from "./network-interface.ts";
import type { EarlyOptions, Linger, OptionName, OptionSetting, OptionToGet, OptionToSet } from "./option.ts";
import { optionError } from "./option-error.ts";

/** The runtime's socket, as far as options go. */
export interface OptionHandle {
  setOption(name: OptionName, value: unknown): void;
  getOption?(name: OptionName): unknown;
}

/** That of a listener, which most runtimes tell of its options only when they make it. */
type ListenerHandle = Partial<OptionHandle>;

/** The socket whose options these are. */
export interface OptionOwner {
  readonly isListening: boolean;
  /** The pending error, which nobody else will hear of then. */
  takeFailure(): SocketError | undefined;
  /** `SO_RCVTIMEO` has changed: for the calls that wait already. */
  limitReceives(): void;
  /** Has the socket bound, for an option that is of no use before. */
  bindUnasked(): void;
}

/** What a socket was made with: one record for a listener and all the connections that it accepts. */
export interface Origin {
  readonly adapter: Adapter;
  readonly family: AddressFamily;
  readonly type: SocketType;
}

/** What was set, and what an error about it is to name. */
interface Setting {
  readonly option: OptionToSet<unknown>;
  readonly value: unknown;
}

const DATAGRAM: readonly SocketKind[] = ["datagram"];
const STREAM: readonly SocketKind[] = ["stream", "listener"];
const CONNECTION: readonly SocketKind[] = ["stream"];
const UNIX: readonly SocketKind[] = ["unix"];

const NONE: readonly [OptionName, Setting][] = [];

/** The options of one socket: what was set, whether it could be, and who is told. */
export class OptionStore {
  readonly origin: Origin;
  /** What the socket is, or can still become. */
  #kinds: readonly SocketKind[];
  #handle: OptionHandle | ListenerHandle | undefined;
  /** Whether the runtime has made the socket, or is about to. */
  #isMade = false;
  // Made when there is something to keep: most sockets have few options set, or none.
  #values: { [name in OptionName]?: Setting } | undefined;
  #receiving: SocketTimeout | undefined;
  #sending: SocketTimeout | undefined;
  /** Groups to join once there is a socket. */
  #memberships: Setting[] | undefined;

  constructor(origin: Origin) {
    this.origin = origin;
    this.#kinds = this.#kindsAtFirst;
  }

  get #kindsAtFirst(): readonly SocketKind[] {
    if (this.origin.family === AddressFamily.UNIX) return UNIX;
    return this.origin.type === SocketType.DGRAM ? DATAGRAM : STREAM;
  }

  /** What calls that receive or accept are limited to: `SO_RCVTIMEO`. */
  get receiveLimit(): Limit | undefined {
    return this.#receiving?.limit;
  }

  /** What calls that send or connect are limited to: `SO_SNDTIMEO`. */
  get sendLimit(): Limit | undefined {
    return this.#sending?.limit;
  }

  /** Whether `close()` is to reset the connection. */
  get isToReset(): boolean {
    return (this.#values?.SO_LINGER?.value as Linger | undefined)?.seconds === 0;
  }

  /** What the runtime has to know when it makes the socket. */
  get early(): EarlyOptions {
    const isOn = (name: OptionName): boolean => this.#values?.[name]?.value === true;
    return {
      SO_REUSEADDR: isOn("SO_REUSEADDR"),
      SO_REUSEPORT: isOn("SO_REUSEPORT"),
      IPV6_V6ONLY: isOn("IPV6_V6ONLY"),
      settings: this.#kept()
        .filter(([name]) => !this.#isForClose(name))
        .map(([name, { value }]) => [name, this.#resolved(name, value)] as OptionSetting),
    };
  }

  get<T>(option: OptionToGet<T>, owner: OptionOwner): T {
    const known = this.#ofCore(option.name, owner);
    if (known !== undefined) return known as T;
    const { name } = option;
    const claim = this.#claim(option, "getsockopt");
    if (isFixed(claim)) return claim.always as T;
    const set = this.#values?.[name];
    if (claim === "ask" && this.#handle?.getOption !== undefined && (set === undefined || !isAsSet(name))) {
      return this.#ask(name) as T;
    }
    if (set !== undefined) return set.value as T;
    if (!("initial" in option)) throw new SocketError("ENOPROTOOPT", "getsockopt", { option: name });
    return option.initial as T;
  }

  set<T>(option: OptionToSet<T>, given: T, owner: OptionOwner): void {
    const { name } = option;
    if (typeof option.check !== "function") throw new SocketError("ENOPROTOOPT", "setsockopt", { option: name });
    const value = option.check(given);
    if (name === "SO_SNDTIMEO") {
      this.#sending = timeout(this.#sending, value as number);
      return;
    }
    if (name === "SO_RCVTIMEO") {
      this.#receiving = timeout(this.#receiving, value as number);
      owner.limitReceives();
      return;
    }
    const claim = this.#claim(option, "setsockopt");
    if (!allows(claim, value)) throw new SocketError("ENOPROTOOPT", "setsockopt", { option: name });
    if (isFixed(claim)) return;
    if (option.isEarly && this.#isMade) throw new SocketError("EINVAL", "setsockopt", { option: name });
    const setting = this.#resolved(name, value);
    if (isMembership(name) && this.#handle === undefined) {
      this.#memberships ??= [];
      this.#memberships.push({ option, value: setting });
      owner.bindUnasked();
      return;
    }
    if (this.#handle !== undefined) this.#tell(this.#handle, name, setting);
    if (!isMembership(name) && !this.#isKeptByKernel(name, claim)) this.#keep(name, { option, value });
  }

  /**
   * The runtime is about to make the socket, as one of this kind.
   *
   * @throws {SocketError} `ENOPROTOOPT`: it cannot have an option then that was set before.
   */
  become(kind: SocketKind, syscall: Syscall): void {
    const isUnix = this.origin.family === AddressFamily.UNIX;
    const kinds: readonly SocketKind[] = isUnix ? UNIX : kind === "listener" ? ["listener", "stream"] : [kind];
    for (const [name] of this.#kept()) {
      if (claimOf(this.origin.adapter.options, kinds, name) === undefined) {
        throw new SocketError("ENOPROTOOPT", syscall, { option: name });
      }
    }
    this.#kinds = kinds;
    this.#isMade = true;
  }

  /** It failed: the socket can become anything again. */
  unmake(): void {
    this.#isMade = false;
    this.#handle = undefined;
    this.#kinds = this.#kindsAtFirst;
  }

  /**
   * There is a socket: it is given what was set before. `failed` hears of groups that could not be joined.
   *
   * @throws {SocketError} What the runtime says of an option.
   */
  attach(handle: OptionHandle, failed?: (error: SocketError) => void): void {
    this.#handle = handle;
    for (const [name, { option, value }] of this.#kept()) {
      if (option.isEarly || this.#isInherited(name)) continue;
      this.#tell(handle, name, this.#resolved(name, value));
    }
    for (const { option, value } of this.#memberships?.splice(0) ?? []) {
      try {
        this.#tell(handle, option.name, value);
      } catch (error) {
        failed?.(error as SocketError);
      }
    }
  }

  /** There is a listener, which was told of its options when it was made. */
  attachListener(handle: ListenerHandle): void {
    this.#handle = handle;
  }

  /** The options of a connection that a listener with these accepted, as Linux copies them. */
  inherited(handle: OptionHandle): OptionStore {
    const store = new OptionStore(this.origin);
    store.#kinds = this.origin.family === AddressFamily.UNIX ? UNIX : CONNECTION;
    store.#isMade = true;
    if (this.#receiving !== undefined) store.#receiving = timeout(undefined, this.#receiving.milliseconds);
    if (this.#sending !== undefined) store.#sending = timeout(undefined, this.#sending.milliseconds);
    for (const [name, setting] of this.#kept()) {
      if (this.#isInherited(name) || this.origin.family === AddressFamily.UNIX) store.#keep(name, setting);
    }
    try {
      store.attach(handle);
    } catch {
      // The connection is broken already, and says so itself.
    }
    return store;
  }

  #keep(name: OptionName, setting: Setting): void {
    this.#values ??= {};
    this.#values[name] = setting;
  }

  /** Whether nobody will ask core: a connection says itself what it has, and hands it on to no other. `close()` looks at SO_LINGER. */
  #isKeptByKernel(name: OptionName, claim: Claim): boolean {
    return (
      this.#kinds[0] === "stream" && claim === "ask" && this.#handle?.getOption !== undefined && name !== "SO_LINGER"
    );
  }

  /** In the order they were first set. */
  #kept(): readonly [OptionName, Setting][] {
    return this.#values === undefined ? NONE : (Object.entries(this.#values) as [OptionName, Setting][]);
  }

  /** Whether an option of a listener is none of its own, but that of the connections it accepts. */
  #isInherited(name: OptionName): boolean {
    return this.#kinds[0] === "listener" && claimOf(this.origin.adapter.options, CONNECTION, name) !== undefined;
  }

  #ofCore(name: OptionName, owner: OptionOwner): unknown {
    if (name === "SO_ACCEPTCONN") return owner.isListening;
    if (name === "SO_ERROR") return owner.takeFailure()?.errno ?? 0;
    if (name === "SO_RCVTIMEO") return this.#receiving?.milliseconds ?? 0;
    if (name === "SO_SNDTIMEO") return this.#sending?.milliseconds ?? 0;
    return name === "SO_TYPE" ? this.origin.type : undefined;
  }

  /** @throws {SocketError} `ENOPROTOOPT`: not an option of this socket on this runtime. */
  #claim({ name, level }: { readonly name: OptionName; readonly level: string }, syscall: Syscall): Claim {
    const fits =
      (level !== "IPPROTO_IP" || this.origin.family === AddressFamily.INET) &&
      (level !== "IPPROTO_IPV6" || this.origin.family === AddressFamily.INET6);
    const claim = fits ? claimOf(this.origin.adapter.options, this.#kinds, name) : undefined;
    if (claim === undefined) throw new SocketError("ENOPROTOOPT", syscall, { option: name });
    return claim;
  }

  /** The value as handles take it: with the interface itself in place of its name. */
  #resolved(name: OptionName, value: unknown): unknown {
    if (name === "IP_MULTICAST_IF" || name === "IPV6_MULTICAST_IF") {
      return this.#interface(value as string | undefined, name);
    }
    if (!isMembership(name)) return value;
    const { group, interface: on } = value as Membership;
    return { group, interface: this.#interface(on, name) };
  }

  #interface(on: string | undefined, name: OptionName): unknown {
    return on && findInterface(this.origin.adapter, this.origin.family, on, name);
  }

  /** Whether core keeps it, for `close()`. */
  #isForClose(name: OptionName): boolean {
    return claimOf(this.origin.adapter.options, this.#kinds, name) === "reset";
  }

  #tell(handle: OptionHandle | ListenerHandle, name: OptionName, value: unknown): void {
    if (this.#isForClose(name)) return;
    try {
      handle.setOption?.(name, value);
    } catch (cause) {
      throw optionError(cause, "setsockopt", name);
    }
  }

  #ask(name: OptionName): unknown {
    try {
      return this.#handle?.getOption?.(name);
    } catch (cause) {
      throw optionError(cause, "getsockopt", name);
    }
  }
}

/** Sets a timeout that may not have been made yet. */
function timeout(made: SocketTimeout | undefined, milliseconds: number): SocketTimeout {
  const set = made ?? new SocketTimeout();
  set.milliseconds = milliseconds;
  return set;
}

/**
 * Whether an option that was set is told as it was set, whatever the kernel has: IPV6_V6ONLY, which it has on of a socket that is
 * bound to an IPv6 address; and an interface, of which it tells an address.
 */
function isAsSet(name: OptionName): boolean {
  return name === "IPV6_V6ONLY" || name.endsWith("_MULTICAST_IF");
}

function isMembership(name: OptionName): boolean {
  return name.endsWith("MEMBERSHIP") || name.endsWith("_GROUP");
}

import {
  CodedError,
  type GroupOnInterface,
  InternetAddress,
  type OptionName,
  type OptionSetting,
} from "@omnisock/core";

type Membership = Deno.MulticastV4Membership | Deno.MulticastV6Membership;

/** A group being joined, and the membership once there is one. */
interface Joining {
  readonly done: Promise<Membership>;
  membership?: Membership;
}

/** Groups that nobody sends to, on the loopback interface: Deno sets some options only for members. */
const UNUSED_GROUP = "239.255.255.254";
const UNUSED_GROUP6 = "ff01::fffe";
const LOOPBACK_INDEX = 1;

/**
 * The multicast options of a socket of Deno.
 *
 * Deno sets them at once where nothing is under way, but says only later whether it could: what is wrong with the group itself
 * is said here, the rest to `refused`.
 *
 * Source: https://docs.deno.com/api/deno/~/Deno.DatagramConn
 */
export class Multicast {
  readonly #conn: Deno.DatagramConn;
  readonly #refused: (option: OptionName, cause: unknown) => void;
  readonly #memberships = new Map<string, Joining>();
  #pending: Promise<unknown> | undefined;

  constructor(conn: Deno.DatagramConn, refused: (option: OptionName, cause: unknown) => void) {
    this.#conn = conn;
    this.#refused = refused;
  }

  /** What is under way, for what must come after it; never rejects. */
  get pending(): Promise<unknown> | undefined {
    return this.#pending;
  }

  /** @throws {CodedError} `EADDRINUSE`, `EADDRNOTAVAIL`: the group was joined, or was not. */
  setOption([name, value]: OptionSetting): void {
    const conn = this.#conn;
    if (name === "IP_ADD_MEMBERSHIP") {
      const on = value.interface?.address ?? InternetAddress.ADDR_ANY;
      this.#join(name, value, () => conn.joinMulticastV4(value.group, on));
    } else if (name === "IPV6_JOIN_GROUP") {
      this.#join(name, value, () => conn.joinMulticastV6(value.group, value.interface?.index ?? 0));
    } else if (name === "IP_DROP_MEMBERSHIP" || name === "IPV6_LEAVE_GROUP") {
      this.#leave(name, value);
    } else if (name === "IP_MULTICAST_TTL") {
      this.#asMember(name, joinUnused4, (one) => one.setTTL(value));
    } else if (name === "IP_MULTICAST_LOOP") {
      this.#asMember(name, joinUnused4, (one) => one.setLoopback(value));
    } else if (name === "IPV6_MULTICAST_LOOP") {
      this.#asMember(name, joinUnused6, (one) => one.setLoopback(value));
    }
  }

  #join(name: OptionName, group: GroupOnInterface, join: () => Promise<Membership>): void {
    const key = keyOf(group);
    if (this.#memberships.has(key)) throw new CodedError("EADDRINUSE");
    const joining: Joining = {
      done: this.#inTurn(join).then((membership) => {
        joining.membership = membership;
        return membership;
      }),
    };
    this.#memberships.set(key, joining);
    this.#follow(name, joining.done, () => {
      if (this.#memberships.get(key) === joining) this.#memberships.delete(key);
    });
  }

  #leave(name: OptionName, group: GroupOnInterface): void {
    const key = keyOf(group);
    const joining = this.#memberships.get(key);
    if (joining === undefined) throw new CodedError("EADDRNOTAVAIL");
    this.#memberships.delete(key);
    const { membership, done } = joining;
    if (membership !== undefined) {
      this.#follow(name, membership.leave());
      return;
    }
    // That it could not be joined has been told.
    const joined = done.catch(() => undefined);
    this.#follow(
      name,
      joined.then((one) => one?.leave()),
    );
  }

  #asMember<M extends Membership>(
    name: OptionName,
    join: (conn: Deno.DatagramConn) => Promise<M>,
    set: (member: M) => Promise<void>,
  ): void {
    const setting = this.#inTurn(async () => {
      const member = await join(this.#conn);
      await set(member);
      await member.leave();
    });
    this.#follow(name, setting);
  }

  /** Starts what must come after what is under way. */
  #inTurn<T>(start: () => Promise<T>): Promise<T> {
    return this.#pending === undefined ? start() : this.#pending.then(start);
  }

  #follow(name: OptionName, done: Promise<unknown>, failed?: () => void): void {
    const told = done.then(
      () => {},
      (cause: unknown) => {
        failed?.();
        this.#refused(name, coded(cause));
      },
    );
    const pending = Promise.all([this.#pending, told]);
    this.#pending = pending;
    void pending.then(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
  }
}

function joinUnused4(conn: Deno.DatagramConn): Promise<Deno.MulticastV4Membership> {
  return conn.joinMulticastV4(UNUSED_GROUP, InternetAddress.ADDR_LOOPBACK);
}

function joinUnused6(conn: Deno.DatagramConn): Promise<Deno.MulticastV6Membership> {
  return conn.joinMulticastV6(UNUSED_GROUP6, LOOPBACK_INDEX);
}

/** Deno gives ENODEV no code, only its number in the message. */
function coded(cause: unknown): unknown {
  const isNoDevice = cause instanceof Error && cause.message.includes("(os error 19)");
  return isNoDevice ? new CodedError("ENODEV", cause) : cause;
}

function keyOf({ group, interface: on }: GroupOnInterface): string {
  return `${group} ${on?.name ?? ""}`;
}

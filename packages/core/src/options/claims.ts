import type { Linger, OptionName, OptionValues } from "./option.ts";

/**
 * What an adapter can do with an option. What it does not claim is `ENOPROTOOPT`.
 *
 * - `"set"`: the handle sets it; core remembers what was set, for nobody else can.
 * - `"ask"`: the handle sets it, and says what the kernel made of it.
 * - `"reset"`: of `SO_LINGER` only what the handle's `reset()` does, `{ seconds: 0 }`, and none.
 * - `{ always }`: it has this value, and cannot have another.
 * - `{ least }`: as `"set"`, but not to a smaller number.
 */
export type Claim<Value = unknown> = "set" | "ask" | "reset" | { readonly always: Value } | Least<Value>;

type Least<Value> = number extends Value ? { readonly least: number } : never;

export type Claims = { readonly [Name in keyof OptionValues]?: Claim<OptionValues[Name]> };

/** An adapter's claims for each kind of TCP or UDP socket. A listener also takes a stream's, for the connections it accepts. */
export interface OptionClaims {
  readonly stream: Claims;
  readonly listener: Claims;
  readonly datagram: Claims;
  /** Of Unix sockets, whatever their type. Default: none. */
  readonly unix?: Claims;
}

export type SocketKind = keyof OptionClaims;

/** The claim for an option on any of the kinds that a socket is or can still become. */
export function claimOf(claims: OptionClaims, kinds: readonly SocketKind[], name: OptionName): Claim | undefined {
  for (const kind of kinds) {
    const claim: Claim | undefined = (claims[kind] as Readonly<Partial<Record<OptionName, Claim>>> | undefined)?.[name];
    if (claim !== undefined) return claim;
  }
  return undefined;
}

/** Whether the option has one value, that nobody can change. */
export function isFixed(claim: Claim): claim is { readonly always: unknown } {
  return typeof claim === "object" && "always" in claim;
}

/** Whether the option can be set to this value. */
export function allows(claim: Claim, value: unknown): boolean {
  if (isFixed(claim)) return claim.always === value;
  if (typeof claim === "object") return (value as number) >= claim.least;
  return claim !== "reset" || value === undefined || (value as Linger).seconds === 0;
}

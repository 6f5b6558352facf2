/** Every option, and values to try on it. */

import type { Adapter, AddressFamily, Claim, OptionName, OptionToGet, OptionToSet } from "@omnisock/core";
import * as core from "@omnisock/core";

import type { Case } from "./case.ts";
import { fails } from "./expect.ts";

export interface OptionSample {
  readonly option: OptionToGet<unknown> | OptionToSet<unknown>;
  /** What a socket that nobody has told otherwise has; undefined where only the kernel knows, or there is nothing to ask. */
  readonly initial?: unknown;
  /** Values that it takes, where the runtime can. */
  readonly values: readonly unknown[];
  /** What is out of range, of the right type. */
  readonly outOfRange: readonly unknown[];
}

const flag = { initial: false, values: [true, false], outOfRange: [] };
const bytes = { values: [4096, 100_000], outOfRange: [0, -1, 1.5, 2 ** 31, Number.NaN] };
/** Long ones: what connects or listens here is not to end by them. */
const milliseconds = { initial: 0, values: [60_000, 60_000.5, 2 ** 31 - 1, 0], outOfRange: [-1, 2 ** 31, Number.NaN] };
const seconds = { values: [1, 32767, 60], outOfRange: [0, -1, 0.5, 32768, Number.POSITIVE_INFINITY] };
const hops = { values: [1, 255, 17], outOfRange: [-1, 0.5, 256, Number.NaN] };
const group = { values: [], outOfRange: [{ group: "192.0.2.1" }, { group: "240.0.0.1" }] };
const group6 = { values: [], outOfRange: [{ group: "fe80::1" }, { group: "::1" }] };
const nothing = { values: [], outOfRange: [] };

export const samples: readonly OptionSample[] = [
  { option: core.IPV6_JOIN_GROUP, ...group6 },
  { option: core.IPV6_LEAVE_GROUP, ...group6 },
  { option: core.IPV6_MULTICAST_HOPS, ...hops, initial: 1 },
  { option: core.IPV6_MULTICAST_IF, values: ["::1", undefined], outOfRange: [] },
  { option: core.IPV6_MULTICAST_LOOP, ...flag, initial: true },
  { option: core.IPV6_UNICAST_HOPS, ...hops },
  { option: core.IPV6_V6ONLY, ...flag },
  { option: core.IP_ADD_MEMBERSHIP, ...group },
  { option: core.IP_DROP_MEMBERSHIP, ...group },
  { option: core.IP_MULTICAST_IF, values: ["127.0.0.1", undefined], outOfRange: [] },
  { option: core.IP_MULTICAST_LOOP, ...flag, initial: true },
  { option: core.IP_MULTICAST_TTL, ...hops, initial: 1 },
  { option: core.IP_TTL, ...hops },
  { option: core.SO_ACCEPTCONN, ...nothing, initial: false },
  { option: core.SO_BROADCAST, ...flag },
  { option: core.SO_DEBUG, ...flag },
  { option: core.SO_DONTROUTE, ...flag },
  { option: core.SO_ERROR, ...nothing, initial: 0 },
  { option: core.SO_KEEPALIVE, ...flag },
  {
    option: core.SO_LINGER,
    values: [{ seconds: 0 }, undefined],
    outOfRange: [{ seconds: -1 }, { seconds: 0.5 }, { seconds: 65536 }],
  },
  { option: core.SO_OOBINLINE, ...flag },
  { option: core.SO_RCVBUF, ...bytes },
  { option: core.SO_RCVLOWAT, ...bytes, initial: 1 },
  { option: core.SO_RCVTIMEO, ...milliseconds },
  { option: core.SO_REUSEADDR, ...flag },
  { option: core.SO_REUSEPORT, ...flag },
  { option: core.SO_SNDBUF, ...bytes },
  { option: core.SO_SNDLOWAT, ...bytes, initial: 1 },
  { option: core.SO_SNDTIMEO, ...milliseconds },
  { option: core.SO_TYPE, ...nothing },
  { option: core.TCP_KEEPCNT, values: [1, 127, 5], outOfRange: [0, 128, 1.5] },
  { option: core.TCP_KEEPIDLE, ...seconds },
  { option: core.TCP_KEEPINTVL, ...seconds },
  { option: core.TCP_NODELAY, ...flag },
];

/** Options that core carries itself, on every runtime. */
const ofCore: readonly OptionName[] = ["SO_ACCEPTCONN", "SO_ERROR", "SO_RCVTIMEO", "SO_SNDTIMEO", "SO_TYPE"];

export function isOfCore({ option }: OptionSample): boolean {
  return ofCore.includes(option.name);
}

export function isSettable(option: OptionSample["option"]): option is OptionToSet<unknown> {
  return "check" in option;
}

export function isReadable(option: OptionSample["option"]): option is OptionToGet<unknown> {
  return "isReadable" in option;
}

/** Whether an option's protocol is the socket's. */
export function isOfFamily({ option }: OptionSample, family: AddressFamily): boolean {
  const { level } = option;
  if (family === core.AddressFamily.UNIX) return level === "SOL_SOCKET";
  return (
    (level !== "IPPROTO_IP" || family === core.AddressFamily.INET) &&
    (level !== "IPPROTO_IPV6" || family === core.AddressFamily.INET6)
  );
}

/** What the adapter claims of an option, for a socket of its protocol that has not become anything yet. */
export function claimFor(adapter: Adapter, { family, type }: core.Socket, sample: OptionSample): Claim | undefined {
  if (!isOfFamily(sample, family)) return undefined;
  const { stream, listener, datagram, unix = {} } = adapter.options;
  const ofIp = type === core.SocketType.DGRAM ? datagram : { ...listener, ...stream };
  const claims: object = family === core.AddressFamily.UNIX ? unix : ofIp;
  return (claims as Readonly<Partial<Record<OptionName, Claim>>>)[sample.option.name];
}

/**
 * The cases, each of which checks instead that asking is `ENOPROTOOPT` where the adapter claims one of the options for
 * no kind of socket.
 */
export function needing(names: readonly (keyof core.OptionValues)[], cases: readonly Case[]): Case[] {
  return cases.map((one) => ({
    ...one,
    async run(fixture) {
      const claimed = Object.values(fixture.adapter.options) as object[];
      const missing = names.find((name) => !claimed.some((claims) => name in claims));
      if (missing === undefined) return one.run(fixture);
      const option = samples.find((sample) => sample.option.name === missing)?.option;
      if (option === undefined || !isSettable(option)) throw new Error(`${missing} has no sample`);
      const socket = fixture.datagramSocket(option.level === "IPPROTO_IPV6" ? "INET6" : "INET");
      const value = isReadable(option) ? true : { group: option.level === "IPPROTO_IPV6" ? "ff02::1" : "239.1.1.1" };
      await fails(() => socket.setOption(option, value), "ENOPROTOOPT", missing);
    },
  }));
}

/** Whether the option can be set to whatever it takes. */
export function canSet(claim: Claim | undefined): boolean {
  return claim === "set" || claim === "ask";
}

/** The only value it can have, as an object that holds it. */
export function fixedBy(claim: Claim | undefined): { readonly always: unknown } | undefined {
  return typeof claim === "object" && "always" in claim ? claim : undefined;
}

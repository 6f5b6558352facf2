/** The tables of `docs/options.md`, made from the descriptors of core and the claims of the adapters. */
import { join } from "node:path";
import { markdownTable } from "./markdown-table.ts";

/** What a page says of an option that its code does not: D's name, the value with its unit, and when it counts. */
interface About {
  readonly inD?: string;
  readonly value: string;
  readonly counts: string;
}

interface Descriptor {
  readonly name: string;
  readonly level: string;
  readonly isReadable?: true;
  readonly initial?: unknown;
  readonly isEarly?: boolean;
}

type Claim = "set" | "ask" | "reset" | { readonly always: unknown } | { readonly least: number };
type Kind = "stream" | "listener" | "datagram" | "unix";
type Claims = Readonly<Partial<Record<Kind, Readonly<Record<string, Claim>>>>>;

const CLAIMS = {
  Node: "packages/node/src/claims.ts",
  Bun: "packages/bun/src/claims.ts",
  Deno: "packages/deno/src/claims.ts",
  "`posix`, on each": "packages/posix/src/adapter/claims.ts",
};
const KINDS: readonly (readonly [kind: Kind, title: string])[] = [
  ["stream", "TCP"],
  ["listener", "TCP listeners"],
  ["datagram", "UDP"],
  ["unix", "Unix"],
];

const atOnce = "at once";
const next = "with the next datagram";
const early = "set before the socket is bound or listens";
const group = "`{ group, interface? }`, numeric address and name or address";

const ABOUT: Readonly<Record<string, About>> = {
  IPV6_JOIN_GROUP: { inD: "IPV6_JOIN_GROUP", value: group, counts: atOnce },
  IPV6_LEAVE_GROUP: { inD: "IPV6_LEAVE_GROUP", value: group, counts: atOnce },
  IPV6_MULTICAST_HOPS: { inD: "IPV6_MULTICAST_HOPS", value: "hops, 0 to 255", counts: next },
  IPV6_MULTICAST_IF: { inD: "IPV6_MULTICAST_IF", value: "interface, name or address", counts: next },
  IPV6_MULTICAST_LOOP: { inD: "IPV6_MULTICAST_LOOP", value: "boolean", counts: next },
  IPV6_UNICAST_HOPS: { inD: "IPV6_UNICAST_HOPS", value: "hops, 1 to 255", counts: next },
  IPV6_V6ONLY: { inD: "IPV6_V6ONLY", value: "boolean", counts: early },
  IP_ADD_MEMBERSHIP: { value: group, counts: atOnce },
  IP_DROP_MEMBERSHIP: { value: group, counts: atOnce },
  IP_MULTICAST_IF: { value: "interface, name or address", counts: next },
  IP_MULTICAST_LOOP: { value: "boolean", counts: next },
  IP_MULTICAST_TTL: { value: "hops, 0 to 255", counts: next },
  IP_TTL: { value: "hops, 1 to 255", counts: next },
  SO_ACCEPTCONN: { inD: "ACCEPTCONN", value: "boolean, only to be asked for", counts: "" },
  SO_BROADCAST: { inD: "BROADCAST", value: "boolean", counts: next },
  SO_DEBUG: { inD: "DEBUG", value: "boolean", counts: atOnce },
  SO_DONTROUTE: { inD: "DONTROUTE", value: "boolean", counts: atOnce },
  SO_ERROR: { inD: "ERROR", value: "positive `errno`, only to be asked for", counts: "" },
  SO_KEEPALIVE: { inD: "KEEPALIVE", value: "boolean", counts: atOnce },
  SO_LINGER: { inD: "LINGER", value: "`{ seconds }`, 0 to 65535, or undefined", counts: "with `close()`" },
  SO_OOBINLINE: { inD: "OOBINLINE", value: "boolean", counts: atOnce },
  SO_RCVBUF: { inD: "RCVBUF", value: "bytes, 1 or more", counts: atOnce },
  SO_RCVLOWAT: { inD: "RCVLOWAT", value: "bytes, 1 or more", counts: atOnce },
  SO_RCVTIMEO: {
    inD: "RCVTIMEO",
    value: "milliseconds, 0 is no limit",
    counts: "at once, also for calls that wait",
  },
  SO_REUSEADDR: { inD: "REUSEADDR", value: "boolean", counts: early },
  SO_REUSEPORT: { inD: "REUSEPORT", value: "boolean", counts: early },
  SO_SNDBUF: { inD: "SNDBUF", value: "bytes, 1 or more", counts: atOnce },
  SO_SNDLOWAT: { inD: "SNDLOWAT", value: "bytes, 1 or more", counts: atOnce },
  SO_SNDTIMEO: {
    inD: "SNDTIMEO",
    value: "milliseconds, 0 is no limit",
    counts: "with the next call, and for those that wait under it",
  },
  SO_TYPE: { inD: "TYPE", value: "`SocketType`, only to be asked for", counts: "" },
  TCP_KEEPCNT: { value: "probes, 1 to 127", counts: "at once, while `SO_KEEPALIVE` is on" },
  TCP_KEEPIDLE: {
    inD: "`setKeepAlive(time, …)`",
    value: "seconds, 1 to 32767",
    counts: "at once, while `SO_KEEPALIVE` is on",
  },
  TCP_KEEPINTVL: {
    inD: "`setKeepAlive(…, interval)`",
    value: "seconds, 1 to 32767",
    counts: "at once, while `SO_KEEPALIVE` is on",
  },
  TCP_NODELAY: { inD: "TCP_NODELAY", value: "boolean", counts: atOnce },
};

/** Options that every runtime has, for core carries them. */
const OF_CORE = ["SO_ACCEPTCONN", "SO_ERROR", "SO_RCVTIMEO", "SO_SNDTIMEO", "SO_TYPE"];

/**
 * Which adapter has which option, and on what kind of socket.
 *
 * @throws {Error} An option of core is not described above, or the other way round.
 */
export async function optionClaims(root: string): Promise<string> {
  const claims = await Promise.all(Object.values(CLAIMS).map((path) => claimsOf(root, path)));
  const ofCore = (await descriptors(root)).map(({ name }) => name);
  const claimed = claims.flatMap((one) => Object.values(one).flatMap(Object.keys));
  const rows = [...new Set([...ofCore, ...claimed])]
    .sort()
    .map((name) => [
      `\`${name}\``,
      ...claims.map((one) => (OF_CORE.includes(name) ? "every socket" : cell(one, name))),
    ]);
  return markdownTable(["Option", ...Object.keys(CLAIMS)], rows);
}

/** What each option's value is. */
export async function optionValues(root: string): Promise<string> {
  const rows = (await descriptors(root)).map((option) => {
    const { inD = "", value, counts } = ABOUT[option.name] as About;
    return [`\`${option.name}\``, inD, value, initialOf(option), counts];
  });
  return markdownTable(["Option", "D's `SocketOption`", "Value", "Default", "Counts"], rows);
}

async function descriptors(root: string): Promise<Descriptor[]> {
  const core = (await import(join(root, "packages/core/src/options.ts"))) as Record<string, unknown>;
  const found = Object.values(core).filter((one): one is Descriptor => typeof one === "object" && one !== null);
  const names = found.map(({ name }) => name);
  const strange = [...names, ...Object.keys(ABOUT)].filter((name) => !(names.includes(name) && name in ABOUT));
  if (strange.length > 0) throw new Error(`tools/options-table.ts and core differ about ${strange.join(", ")}`);
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function claimsOf(root: string, path: string): Promise<Claims> {
  return ((await import(join(root, path))) as { claims: Claims }).claims;
}

/** The kinds of socket that have the option, and what of it where not all. */
function cell(claims: Claims, name: string): string {
  const parts = new Map<string, string[]>();
  for (const [kind, title] of KINDS) {
    const claim = claims[kind]?.[name];
    if (claim === undefined) continue;
    const limits = limitsOf(claim);
    parts.set(limits, [...(parts.get(limits) ?? []), title]);
  }
  if (parts.size === 0) return "–";
  return [...parts].map(([limits, kinds]) => `${kinds.join(", ")}${limits}`).join("; ");
}

function limitsOf(claim: Claim): string {
  if (claim === "reset") return ": 0 seconds only";
  if (typeof claim !== "object") return "";
  return "always" in claim ? `: always ${claim.always}` : `: ${claim.least} or more`;
}

function initialOf(option: Descriptor): string {
  if (!("isEarly" in option) || option.isReadable === undefined) return "";
  if (!("initial" in option)) return "the system's";
  if (option.initial !== undefined) return String(option.initial);
  return option.name.endsWith("_IF") ? "the system's choice" : "undefined";
}

import type { Adapter } from "../adapter.ts";
import { familyOf, type IpFamily } from "../address.ts";
import { AddressFamily } from "../constants.ts";
import { lookUp } from "../resolve.ts";

/** IPv6 first, as RFC 6724 prefers it and RFC 8305 section 4 asks. */
export const FAMILIES: readonly IpFamily[] = [AddressFamily.INET6, AddressFamily.INET];

/**
 * The addresses of a host in the order in which they are to be tried: IPv6 and IPv4 in turns, beginning with IPv6; within a
 * family as the system orders them.
 *
 * @param family One family alone.
 * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: it has none in any of the families, or there was no answer.
 */
export async function lookUpFamilies(adapter: Adapter, host: string, family?: IpFamily): Promise<string[]> {
  const numeric = familyOf(host);
  const families = FAMILIES.filter((one) => (family ?? one) === one && (numeric ?? one) === one);
  const answers = await Promise.allSettled(
    (families.length === 0 ? FAMILIES.slice(0, 1) : families).map(async (one) =>
      numeric === one ? [host] : lookUp(adapter, host, one),
    ),
  );
  const found = answers.map((answer) => (answer.status === "fulfilled" ? answer.value : []));
  const addresses = inTurns(found);
  const failures = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  if (addresses.length === 0) throw mostTelling(failures);
  return addresses;
}

/** Of why there is no address in any family: that one had no answer, or else that there is none. */
export function mostTelling<E extends { readonly code?: unknown }>(failures: readonly E[]): E | undefined {
  return failures.find(({ code }) => code !== "ENOTFOUND") ?? failures[0];
}

/** The first of each list, then the second of each, and so on. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

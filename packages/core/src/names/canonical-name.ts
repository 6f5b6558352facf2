import type { Adapter } from "../adapter.ts";
import { familyOf } from "../address.ts";

/** A chain of aliases longer than this is a mistake in DNS, or a circle. */
const LONGEST_CHAIN = 8;

/**
 * The names that lead from `host` to its canonical name, which is the last one, by the CNAME records of DNS.
 *
 * `host` alone where there are none, where DNS does not answer, and for an address: getaddrinfo(3) knows a canonical name of
 * its own, also from the hosts file, but no runtime hands it on.
 */
export async function aliasChain(adapter: Adapter, host: string): Promise<[string, ...string[]]> {
  const chain: [string, ...string[]] = [host];
  if (familyOf(host) !== undefined) return chain;
  for (let name = host; chain.length < LONGEST_CHAIN; chain.push(name)) {
    const [next] = await adapter.aliases(name).catch(() => []);
    if (next === undefined || chain.includes(next)) break;
    name = next;
  }
  return chain;
}

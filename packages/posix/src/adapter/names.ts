import { lookup, lookupService, resolveCname } from "node:dns/promises";
import { AddressFamily, type IpFamily } from "@omnisock/core";

/** Names, as the system's resolver has them, without blocking the thread. Source: https://nodejs.org/api/dns.html */

export async function resolve(host: string, family: IpFamily): Promise<string[]> {
  const options = {
    all: true,
    family: family === AddressFamily.INET ? 4 : 6,
    order: "verbatim",
    // Bun's: its own resolver, the default, orders addresses otherwise than getaddrinfo(3).
    backend: "libc",
  } as const;
  const found = await lookup(host, options);
  return found.map(({ address }) => address);
}

export async function reverse(address: string): Promise<string> {
  return (await lookupService(address, 0)).hostname;
}

/** Of DNS alone: what the system knows of canonical names, `lookup()` does not tell. Deno's end with the dot of the root. */
export async function aliases(host: string): Promise<string[]> {
  return (await resolveCname(host)).map((name) => name.replace(/\.$/, ""));
}

import { lookupService, resolveCname } from "node:dns/promises";
import { AddressFamily, type IpFamily } from "@omnisock/core";
import { unlessFull } from "./unless-full.ts";

/** Names, as the system's resolver has them. Source: https://bun.com/docs/runtime/networking/dns */

export function resolve(host: string, family: IpFamily): Promise<string[]> {
  return unlessFull(async () => {
    // Bun's own resolver, its default, would order addresses in another way than the other runtimes' getaddrinfo(3).
    const found = await Bun.dns.lookup(host, { family: family === AddressFamily.INET ? 4 : 6, backend: "libc" });
    return found.map(({ address }) => address);
  });
}

export function reverse(address: string): Promise<string> {
  return unlessFull(async () => (await lookupService(address, 0)).hostname);
}

/** Of DNS alone: what the system knows of canonical names, `lookup()` does not tell. */
export const aliases: (host: string) => Promise<string[]> = resolveCname;

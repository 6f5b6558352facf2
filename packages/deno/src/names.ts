import { lookup, lookupService } from "node:dns/promises";
import { AddressFamily, type IpFamily } from "@omnisock/core";
import { permitted } from "./permitted.ts";

/** Names, as the system's resolver has them. Source: https://docs.deno.com/api/node/dns, https://docs.deno.com/api/deno/~/Deno.resolveDns */

/** `Deno.resolveDns` asks name servers only; this asks the system, hosts file included. */
export function resolve(host: string, family: IpFamily): Promise<string[]> {
  return permitted(async () => {
    const found = await lookup(host, { all: true, family: family === AddressFamily.INET ? 4 : 6, order: "verbatim" });
    return found.map(({ address }) => address);
  });
}

export function reverse(address: string): Promise<string> {
  return permitted(async () => (await lookupService(address, 0)).hostname);
}

/** Of DNS alone: what the system knows of canonical names, `lookup()` does not tell. */
export async function aliases(host: string): Promise<string[]> {
  return (await Deno.resolveDns(host, "CNAME")).map((name) => name.replace(/\.$/, ""));
}

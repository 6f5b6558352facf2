import { lookup, lookupService, resolveCname } from "node:dns/promises";
import { AddressFamily, type IpFamily } from "@omnisock/core";
import { checkPermitted } from "./permitted.ts";

/** Names, as the system's resolver has them. Source: https://nodejs.org/api/dns.html */

export async function resolve(host: string, family: IpFamily): Promise<string[]> {
  checkPermitted();
  const found = await lookup(host, { all: true, family: family === AddressFamily.INET ? 4 : 6, order: "verbatim" });
  return found.map(({ address }) => address);
}

export async function reverse(address: string): Promise<string> {
  checkPermitted();
  return (await lookupService(address, 0)).hostname;
}

/** Of DNS alone: what the system knows of canonical names, `lookup()` does not tell. */
export async function aliases(host: string): Promise<string[]> {
  checkPermitted();
  return resolveCname(host);
}

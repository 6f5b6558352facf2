import { lookup, lookupService, resolveCname } from "node:dns/promises";
import { versions } from "node:process";
import { AddressFamily, CodedError, type IpFamily } from "@omnisock/core";

/** Names, as the system's resolver has them, without blocking the thread. Source: https://nodejs.org/api/dns.html */

export async function resolve(host: string, family: IpFamily): Promise<string[]> {
  const options = {
    all: true,
    family: family === AddressFamily.INET ? 4 : 6,
    order: "verbatim",
    // Bun's: its own resolver, the default, orders addresses otherwise than getaddrinfo(3).
    backend: "libc",
  } as const;
  const found = await permitted(lookup(host, options));
  return found.map(({ address }) => address);
}

export async function reverse(address: string): Promise<string> {
  return (await permitted(lookupService(address, 0))).hostname;
}

/** Of DNS alone: what the system knows of canonical names, `lookup()` does not tell. Deno's end with the dot of the root. */
export async function aliases(host: string): Promise<string[]> {
  return (await resolveCname(host)).map((name) => name.replace(/\.$/, ""));
}

/** What the resolver says, or that it is not permitted: on Deno, or with Node's permission model. */
async function permitted<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code !== "EPERM" && code !== "ERR_ACCESS_DENIED") throw cause;
    const runtime = "deno" in versions ? "Deno" : "Node";
    throw new CodedError("EACCES", new Error(`To look up names, ${runtime} needs --allow-net.`, { cause }));
  }
}

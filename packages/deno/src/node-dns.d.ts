/** What Deno lends us of Node's: the system's own name look-ups. */
declare module "node:dns/promises" {
  export function lookup(
    host: string,
    options: { all: true; family: 4 | 6; order: "verbatim" },
  ): Promise<{ address: string; family: number }[]>;
  export function lookupService(address: string, port: number): Promise<{ hostname: string; service: string }>;
}

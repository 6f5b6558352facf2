/** The one function of Node's that Deno lends us: the system's own name look-up. */
declare module "node:dns/promises" {
  export function lookup(
    host: string,
    options: { all: true; family: 4 | 6; order: "verbatim" },
  ): Promise<{ address: string; family: number }[]>;
}

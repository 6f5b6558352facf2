/** What to try when a runtime has no datagrams. */
export const DENO_NEEDS_A_FLAG = {
  EOPNOTSUPP: "Deno has UDP only with --unstable-net; Unix datagrams are not on every runtime",
};

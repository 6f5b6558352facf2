import type { BindRequest } from "@omnisock/core";

/** What core gives an adapter for a socket that was given no options. */
export const PLAIN: BindRequest["options"] = {
  IPV6_V6ONLY: false,
  SO_REUSEADDR: false,
  SO_REUSEPORT: false,
  settings: [],
};

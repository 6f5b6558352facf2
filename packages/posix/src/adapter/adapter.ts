/**
 * The adapter on the system calls: sockets that do not block, and one epoll a thread.
 *
 * What it cannot do: nothing of what core asks for. A stream's `bind()` still takes effect at `listen()` or `connect()`: that
 * is core's.
 *
 * Source: section 2 of the manual pages; epoll(7).
 */
import type { Adapter } from "@omnisock/core";
import { asCause } from "../failure.ts";
import { interfaces } from "../network-interface.ts";
import { claims } from "./claims.ts";
import { connect } from "./connect.ts";
import { aliases, resolve, reverse } from "./names.ts";

import { PosixDatagrams } from "./posix-datagrams.ts";
import { PosixListener } from "./posix-listener.ts";

export const adapter: Adapter = {
  name: "posix",
  options: claims,
  supports: new Set([
    "reset",
    "connect-from",
    "backlog",
    "backlog-fills",
    "datagrams",
    "datagram-errors",
    "unix-datagrams",
    "unix",
    "seqpacket",
    "unix-files",
    "unix-abstract",
    "unix-connect-from",
  ]),
  connect: (request, connected) => asCause(() => connect(request, connected)),
  listen: (request, listening) => asCause(() => PosixListener.listen(request, listening)),
  bind: (request, bound) => asCause(() => PosixDatagrams.bind(request, bound)),
  resolve,
  reverse,
  aliases,
  interfaces,
};

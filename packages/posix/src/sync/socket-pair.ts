import { AddressFamily, SocketType } from "@omnisock/core";
import { checkKind } from "../arguments.ts";
import { openPair } from "../calls.ts";
import { type Socket, socketOf } from "./socket.ts";

/**
 * Two Unix sockets, connected to each other.
 *
 * @param type What they carry. Default: `SocketType.STREAM`.
 * @throws {SocketError} `EMFILE`: this process has too many open files.
 *
 * Source: socketpair(2).
 */
export function socketPair(type: SocketType = SocketType.STREAM): [Socket, Socket] {
  checkKind(AddressFamily.UNIX, type);
  const [one, two] = openPair(type, true);
  return [socketOf(one, AddressFamily.UNIX, type), socketOf(two, AddressFamily.UNIX, type)];
}

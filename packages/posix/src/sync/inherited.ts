import { env, pid } from "node:process";
import { Socket } from "./socket.ts";

/** The first descriptor that is passed on. Source: sd_listen_fds(3), SD_LISTEN_FDS_START. */
const FIRST = 3;

/**
 * The sockets that whoever started this program opened for it, as systemd does for a socket unit; none when it did not.
 *
 * To be called once: each call adopts them anew.
 *
 * @throws {SocketError} `EBADF`, `EAFNOSUPPORT`: one that was announced is not open, or not such a socket.
 *
 * Source: sd_listen_fds(3): the environment's LISTEN_PID and LISTEN_FDS. Deno asks for --allow-env.
 *
 * @example
 * ```ts
 * const [listener = open()] = inheritedSockets();
 * ```
 */
export function inheritedSockets(): Socket[] {
  const { LISTEN_PID, LISTEN_FDS } = env;
  if (LISTEN_PID !== String(pid)) return [];
  const count = /^\d{1,4}$/.test(LISTEN_FDS ?? "") ? Number(LISTEN_FDS) : 0;
  return Array.from({ length: count }, (_, index) => Socket.adopt(FIRST + index));
}

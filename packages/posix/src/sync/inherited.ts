import { inherited } from "../inherited.ts";
import { Socket } from "./socket.ts";

/**
 * The sockets that whoever started this program opened for it, as systemd does for a socket unit; none when it did not.
 *
 * To be called once: from then on they have owners.
 *
 * @throws {SocketError} `EBADF`, `EAFNOSUPPORT`: one that was announced is not open, or not such a socket. None is adopted
 * then, and all that are open stay so. `EINVAL`: they have been adopted already.
 *
 * Source: sd_listen_fds(3): the environment's LISTEN_PID and LISTEN_FDS. Deno asks for --allow-env.
 *
 * @example
 * ```ts
 * const [listener = open()] = inheritedSockets();
 * ```
 */
export function inheritedSockets(): Socket[] {
  return inherited(
    (fd) => Socket.adopt(fd),
    (socket) => socket.detach(),
  );
}

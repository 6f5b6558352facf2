import { env, pid } from "node:process";

/** The first descriptor that is passed on. Source: sd_listen_fds(3), SD_LISTEN_FDS_START. */
const FIRST = 3;

/**
 * Sockets for the descriptors that whoever started this program opened for it. When one cannot be had, none is: those before are
 * let go of, and stay open. Source: sd_listen_fds(3).
 */
export function inherited<S>(adopt: (fd: number) => S, detach: (socket: S) => number): S[] {
  const sockets: S[] = [];
  try {
    for (const fd of inheritedFds()) sockets.push(adopt(fd));
    return sockets;
  } catch (error) {
    for (const socket of sockets) detach(socket);
    throw error;
  }
}

function inheritedFds(): number[] {
  const { LISTEN_PID, LISTEN_FDS } = env;
  if (LISTEN_PID !== String(pid)) return [];
  const count = /^\d{1,4}$/.test(LISTEN_FDS ?? "") ? Number(LISTEN_FDS) : 0;
  return Array.from({ length: count }, (_, index) => FIRST + index);
}

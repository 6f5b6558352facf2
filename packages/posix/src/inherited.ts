import { env, pid } from "node:process";

/** The first descriptor that is passed on. Source: sd_listen_fds(3), SD_LISTEN_FDS_START. */
const FIRST = 3;

/** The descriptors that whoever started this program opened for it. Source: sd_listen_fds(3). */
export function inheritedFds(): number[] {
  const { LISTEN_PID, LISTEN_FDS } = env;
  if (LISTEN_PID !== String(pid)) return [];
  const count = /^\d{1,4}$/.test(LISTEN_FDS ?? "") ? Number(LISTEN_FDS) : 0;
  return Array.from({ length: count }, (_, index) => FIRST + index);
}

import { lstatSync, unlinkSync } from "node:fs";
import { type Address, UnixAddress } from "@omnisock/core";

/**
 * What takes away the file that a Unix socket was just bound to, if that file is still there, and not another's by then.
 *
 * To be called before the socket is closed: its inode is its own till then. Source: https://nodejs.org/api/fs.html
 */
export function removalOf(at: Address): () => void {
  if (!(at instanceof UnixAddress) || at.isAbstract) return () => {};
  const { path } = at;
  const identity = identify(path);
  return () => {
    try {
      if (identity !== undefined && identify(path) === identity) unlinkSync(path);
    } catch {
      // Somebody has taken it away just now.
    }
  };
}

function identify(path: string): string | undefined {
  try {
    const { dev, ino } = lstatSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

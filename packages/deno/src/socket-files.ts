import type { SocketFiles } from "@omnisock/core";

/** The file system, for the paths of Unix sockets. Source: https://docs.deno.com/api/deno/file-system */
export const socketFiles: SocketFiles = {
  link: Deno.linkSync,
  unlink: (path) => Deno.removeSync(path),
  identify: (path) => {
    const { dev, ino } = Deno.lstatSync(path);
    return `${dev}:${ino}`;
  },
};

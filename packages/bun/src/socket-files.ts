import { linkSync, lstatSync, unlinkSync } from "node:fs";
import type { SocketFiles } from "@omnisock/core";

/** The file system, for the paths of Unix sockets. Source: https://bun.com/docs/runtime/nodejs-compat#node-fs */
export const socketFiles: SocketFiles = {
  link: linkSync,
  unlink: unlinkSync,
  identify: (path) => {
    const { dev, ino } = lstatSync(path, { bigint: true });
    return `${dev}:${ino}`;
  },
};

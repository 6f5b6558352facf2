import { arch, platform as system } from "node:process";
import { SystemMissing } from "./failure.ts";
import { epollEvents } from "./linux/layouts.ts";

/** What differs between the platforms that the tables cover. */
export interface Platform {
  readonly epollEvent: (typeof epollEvents)[keyof typeof epollEvents];
}

const SUPPORTED: Readonly<Record<string, Platform>> = {
  "linux x64": { epollEvent: epollEvents.x64 },
  "linux arm64": { epollEvent: epollEvents.arm64 },
};

/**
 * The tables for a platform.
 *
 * @param name Default: this machine's.
 * @throws {SystemMissing} There are none; the message names the adapters that need none.
 */
export function platform(name: string = `${system} ${arch}`): Platform {
  const found = SUPPORTED[name];
  if (found !== undefined) return found;
  throw new SystemMissing(
    "EOPNOTSUPP",
    `@omnisock/posix knows the system calls of Linux on x64 and arm64, not of ${name}. ` +
      "Import omnisock there, or one of @omnisock/node, @omnisock/bun and @omnisock/deno: they need no system calls.",
  );
}

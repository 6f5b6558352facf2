import { koffiLibc } from "./koffi-libc.ts";
import type { Libc } from "./libc.ts";
import { type Platform, platform } from "./platform.ts";

/** What this process calls the system by. */
export interface System extends Platform {
  readonly libc: Libc;
}

let found: System | undefined;

/**
 * The system, loaded at the first call.
 *
 * @throws {SystemMissing} This platform is not supported, or koffi cannot be loaded; the message says what to do.
 */
export function system(): System {
  found ??= { ...platform(), libc: koffiLibc() };
  return found;
}

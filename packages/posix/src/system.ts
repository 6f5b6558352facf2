import { bunCalls } from "./libc/bun.ts";
import { denoCalls } from "./libc/deno.ts";
import { koffiLibc } from "./libc/koffi.ts";
import type { Libc } from "./libc/libc.ts";
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
  found ??= { ...platform(), libc: koffiLibc(denoCalls() ?? bunCalls()) };
  return found;
}

/**
 * The calls through Bun's own FFI, which costs a tenth of koffi's there.
 *
 * Source: https://bun.com/docs/runtime/ffi
 */
import { createRequire } from "node:module";
import type { Calls } from "./libc.ts";
import { openLibrary } from "./library.ts";
import { forEachCall, type Kind } from "./signatures.ts";
import { withErrno } from "./with-errno.ts";

/** Of `bun:ffi`, what is used here. */
interface BunFfi {
  dlopen(name: string, symbols: Record<string, { args: string[]; returns: string }>): { symbols: unknown };
  toArrayBuffer(pointer: number, offset: number, length: number): ArrayBuffer;
}

const types: Readonly<Record<Kind, string>> = { int: "i32", uint: "u32", size: "usize", memory: "ptr" };

/** undefined: not in Bun, or its FFI does not find the C library. */
export function bunCalls(): Calls | undefined {
  try {
    const { dlopen, toArrayBuffer } = createRequire(import.meta.url)("bun:ffi") as BunFfi;
    const symbols = {
      ...forEachCall((_, kinds) => ({ args: kinds.map((kind) => types[kind]), returns: "i32" })),
      __errno_location: { args: [], returns: "ptr" },
    };
    const bare = openLibrary(dlopen, symbols).symbols as Calls & { __errno_location(): number };
    return withErrno(bare, new Int32Array(toArrayBuffer(bare.__errno_location(), 0, 4)));
  } catch {
    return undefined;
  }
}

/**
 * The calls through Deno's own FFI, which V8 puts in line.
 *
 * Source: https://docs.deno.com/api/deno/~/Deno.dlopen
 */
import type { Calls } from "./libc.ts";
import { openLibrary } from "./library.ts";
import { forEachCall, type Kind } from "./signatures.ts";
import { withErrno } from "./with-errno.ts";

/** Of `Deno`, what is used here. */
interface DenoFfi {
  dlopen(name: string, symbols: Record<string, { parameters: string[]; result: string }>): { symbols: unknown };
  readonly UnsafePointerView: { getArrayBuffer(pointer: unknown, length: number): ArrayBuffer };
}

/** Deno makes BigInts of a usize; a length is less than 2³² here, and its upper half is 0. */
const types: Readonly<Record<Kind, string>> = { int: "i32", uint: "u32", size: "u32", memory: "buffer" };

/** undefined: not in Deno, not permitted, or its FFI does not find the C library. */
export function denoCalls(): Calls | undefined {
  const { Deno } = globalThis as { Deno?: DenoFfi };
  if (Deno?.dlopen === undefined) return undefined;
  try {
    const symbols = {
      ...forEachCall((_, kinds) => ({ parameters: kinds.map((kind) => types[kind]), result: "i32" })),
      __errno_location: { parameters: [], result: "pointer" },
    };
    const open = (name: string, wanted: typeof symbols): { symbols: unknown } => Deno.dlopen(name, wanted);
    const bare = openLibrary(open, symbols).symbols as Calls & { __errno_location(): unknown };
    return withErrno(bare, new Int32Array(Deno.UnsafePointerView.getArrayBuffer(bare.__errno_location(), 4)));
  } catch {
    return undefined;
  }
}

import { arch } from "node:process";

/** The file of the C library: glibc's, and musl's names for its own. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  x64: ["libc.so.6", "libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1"],
  arm64: ["libc.so.6", "libc.musl-aarch64.so.1", "ld-musl-aarch64.so.1"],
};

/**
 * The C library that is there, opened by `open`: the process is linked with it already.
 *
 * @throws What the last attempt threw.
 */
export function openLibrary<S, T>(open: (name: string, symbols: S) => T, symbols: S): T {
  let last: unknown = new Error(`No name of the C library on ${arch}`);
  for (const name of NAMES[arch] ?? []) {
    try {
      return open(name, symbols);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

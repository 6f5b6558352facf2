/**
 * The C library through koffi, which runs on Node, Bun and Deno alike.
 *
 * Loaded when the first socket is made, and not before, so that a program on another platform, or without the permission,
 * gets a message that helps.
 *
 * Source: https://koffi.dev/functions, https://koffi.dev/poll
 */
import { createRequire } from "node:module";
import process, { versions } from "node:process";
import { isMainThread } from "node:worker_threads";
import type koffi from "koffi";
import { SystemMissing } from "../failure.ts";
import type { Calls, FdWatch, Libc } from "./libc.ts";
import { forEachCall, type Kind } from "./signatures.ts";
import { withErrno } from "./with-errno.ts";

const require = createRequire(import.meta.url);

type Koffi = typeof koffi;
/** Of what koffi makes of a prototype, what calls in a thread of the runtime's pool. */
interface Bound {
  async(...valuesAndDone: unknown[]): void;
}

const types: Readonly<Record<Kind, string>> = { int: "int", uint: "uint", size: "size_t", memory: "void *" };

/**
 * @param own The calls by the runtime's own FFI, where that costs less.
 * @throws {SystemMissing} koffi cannot be loaded: not installed, or not permitted.
 */
export function koffiLibc(own: Calls | undefined): Libc {
  const koffi = loaded();
  // The C library that the process is linked with, glibc or musl, has no need of a name.
  const library = koffi.load(null);
  const plain = (prototype: string): unknown => library.func(prototype);
  const poll = plain("int poll(uintptr_t fds, ulong count, int timeout)") as Bound;
  const calloc = plain("uintptr_t calloc(size_t count, size_t size)") as (
    count: number,
    size: number,
  ) => bigint | number;
  const fill = plain("uintptr_t memcpy(uintptr_t into, void *from, size_t length)") as (
    into: bigint,
    from: Uint8Array,
    length: number,
  ) => void;
  return {
    ...(own ?? koffiCalls(koffi, library)),
    if_nametoindex: plain("uint if_nametoindex(str name)") as Libc["if_nametoindex"],
    if_indextoname: plain("str if_indextoname(uint index, void *into)") as Libc["if_indextoname"],
    getaddrinfo: plain("int getaddrinfo(str host, str service, void *hints, void *found)") as Libc["getaddrinfo"],
    freeaddrinfo: plain("void freeaddrinfo(uintptr_t list)") as Libc["freeaddrinfo"],
    address: (bytes) => koffi.address(bytes),
    memcpy: plain("uintptr_t memcpy(void *into, uintptr_t from, size_t length)") as Libc["memcpy"],
    keep(bytes) {
      const address = BigInt(calloc(1, bytes.byteLength));
      if (address === 0n) throw new RangeError(`The system has no ${bytes.byteLength} bytes of memory`);
      fill(address, bytes, bytes.byteLength);
      return address;
    },
    pollAside: hasThreadToSpare() ? (fds, count, timeout, done) => poll.async(fds, count, timeout, done) : undefined,
    watch: canWatch() ? (fd, ready) => watch(koffi, fd, ready) : undefined,
  };
}

function koffiCalls(koffi: Koffi, library: ReturnType<Koffi["load"]>): Calls {
  const bare = forEachCall((name, kinds) =>
    library.func(
      name,
      "int",
      kinds.map((kind) => types[kind]),
    ),
  );
  // Not by koffi.errno(): a call between would be time for errno to change.
  const location = library.func("uintptr_t __errno_location()") as () => bigint | number;
  return withErrno(bare as unknown as Calls, new Int32Array(koffi.view(location(), 4)));
}

/**
 * In Bun `koffi.node.poll` ends the process, and in Deno it fires once: only Node's event loop is libuv's.
 *
 * In a worker of Node's it would end the process too, when the worker is terminated: the loop turns once more then, and koffi
 * makes objects for its callback where no JavaScript may run.
 */
function canWatch(): boolean {
  const { bun, deno } = versions;
  return bun === undefined && deno === undefined && isMainThread;
}

/**
 * Node has four such threads, Bun as few as two, for the whole process: one may wait for the main thread's sockets, and no
 * more. Deno starts as many as are wanted.
 */
function hasThreadToSpare(): boolean {
  const { deno } = versions;
  return deno !== undefined || isMainThread;
}

function watch(koffi: Koffi, fd: number, ready: () => void): FdWatch {
  const poll = koffi.node.poll(fd, { readable: true }, ready);
  // The loop turns once more when the process ends, and koffi makes objects for its callback where no JavaScript may run.
  process.once("exit", () => poll.stop());
  return {
    start: () => poll.start({ readable: true }, ready),
    stop: () => poll.stop(),
    ref: () => poll.ref(),
    unref: () => poll.unref(),
  };
}

function loaded(): Koffi {
  try {
    return require("koffi") as Koffi;
  } catch (cause) {
    const forbidden = permissionFor(cause as { name?: unknown; code?: unknown });
    const help = forbidden ?? "Is it installed, with its binary for this platform?";
    const message = `@omnisock/posix cannot load koffi, by which it calls the system. ${help}`;
    throw new SystemMissing(forbidden === undefined ? "EOPNOTSUPP" : "EACCES", message, cause);
  }
}

/** What to do where the runtime forbids to load it; undefined where it does not. */
function permissionFor({ name, code }: { name?: unknown; code?: unknown }): string | undefined {
  if ("deno" in versions && name === "NotCapable") return "Deno needs --allow-ffi.";
  return code === "ERR_DLOPEN_DISABLED" ? "Node needs --allow-addons." : undefined;
}

/** What Unix sockets need beyond bytes: rules for their names, the same on every runtime. */
import type { Adapter } from "./adapter.ts";
import { UnixAddress } from "./address.ts";
import { CodedError, SocketError, type Syscall } from "./errors.ts";

/** What an adapter lends of its file system. Each function is synchronous, and throws the runtime's error, with its `code`. */
export interface SocketFiles {
  /** Gives a file a second name; an `EEXIST` error when something has that name. */
  link(from: string, to: string): void;
  unlink(path: string): void;
  /** Tells one file from another: device and inode. Links are not followed. */
  identify(path: string): string;
}

/** @throws {SocketError} `EOPNOTSUPP`: the runtime has no such sockets. `EINVAL`: there is no name. */
export function checkUnix(adapter: Adapter, at: UnixAddress, syscall: Syscall): void {
  if (at.isUnnamed) throw new SocketError("EINVAL", syscall, { at });
  const capability = at.isAbstract ? "unix-abstract" : "unix";
  if (!adapter.supports.has(capability)) throw new SocketError("EOPNOTSUPP", syscall, { at });
}

/** What a file name must have for two of them not to meet by chance, in letters. */
const FEWEST_LETTERS = 4;
const LETTERS = 9;

/**
 * For adapters: the file of a listening Unix socket, which stands until `remove()` and is nobody else's.
 *
 * The runtimes unlink the path that they were bound to when the socket closes, whoever has it by then. So the runtime is
 * bound to a name that nobody knows, the file gets its real name by link(2), which never replaces anything, and loses the
 * first name; what the runtime unlinks later is gone already.
 *
 * @example
 * ```ts
 * const file = new SocketFile(at, files);
 * const listener = Deno.listen({ transport: "unix", path: file.boundPath });
 * file.publish(); // and before listener.close(): file.remove()
 * ```
 */
export class SocketFile {
  /** What the runtime is to bind its socket to: an abstract name as it is, else a file beside the path. */
  readonly boundPath: string;
  readonly #path: string;
  readonly #files: SocketFiles;
  #identity: string | undefined;

  /** @throws {CodedError} `ENAMETOOLONG`: no second name fits into the path's directory. */
  constructor(at: UnixAddress, files: SocketFiles) {
    this.#path = at.path;
    this.#files = files;
    this.boundPath = at.isAbstract ? at.path : besides(at.path);
  }

  /** Gives the bound socket its path. @throws {CodedError} `EADDRINUSE`: something stands there; or the runtime's error. */
  publish(): void {
    if (this.boundPath === this.#path) return;
    try {
      this.#identity = this.#files.identify(this.boundPath);
      this.#files.link(this.boundPath, this.#path);
    } catch (cause) {
      this.#identity = undefined;
      throw codeOf(cause) === "EEXIST" ? new CodedError("EADDRINUSE", cause) : cause;
    } finally {
      attempt(() => this.#files.unlink(this.boundPath));
    }
  }

  /** Takes the path away, if it is still this socket's. To be called before the socket closes: its inode is its own till then. */
  remove(): void {
    const identity = this.#identity;
    this.#identity = undefined;
    if (identity === undefined) return;
    if (isFile(this.#files, this.#path, identity)) attempt(() => this.#files.unlink(this.#path));
  }

  /** Why the runtime could not bind: Node says EACCES for a directory that does not exist. */
  explain(cause: unknown): unknown {
    if (codeOf(cause) !== "EACCES" || this.boundPath === this.#path) return cause;
    try {
      this.#files.identify(`${directoryOf(this.#path)}.`);
      return cause;
    } catch (reason) {
      return reason;
    }
  }
}

/**
 * For adapters: the file of a Unix socket that the runtime never takes away, as of datagram sockets on Deno.
 *
 * Made when the socket has been bound, which never replaces a file.
 */
export class BoundFile {
  readonly #path: string;
  readonly #files: SocketFiles;
  readonly #identity: string;

  /** @throws The runtime's error, when the file has gone already. */
  constructor(path: string, files: SocketFiles) {
    this.#path = path;
    this.#files = files;
    this.#identity = files.identify(path);
  }

  /** Whether the path leads to this socket still. */
  get isOwn(): boolean {
    return isFile(this.#files, this.#path, this.#identity);
  }

  /** As `SocketFile.remove()`. */
  remove(): void {
    if (this.isOwn) attempt(() => this.#files.unlink(this.#path));
  }
}

/** An unused name in the same directory, as short as it can be safely. */
function besides(path: string): string {
  const directory = directoryOf(path);
  const bytes = crypto.getRandomValues(new Uint8Array(LETTERS - 1));
  const name = `.${Array.from(bytes, (byte) => (byte % 36).toString(36)).join("")}`;
  for (let letters = LETTERS; letters >= FEWEST_LETTERS; letters--) {
    const found = directory + name.slice(0, letters);
    if (UnixAddress.fits(found)) return found;
  }
  throw new CodedError("ENAMETOOLONG");
}

/** The path up to its last slash, that included. */
function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function codeOf(cause: unknown): unknown {
  return (Object(cause) as { code?: unknown }).code;
}

function isFile(files: SocketFiles, path: string, identity: string): boolean {
  try {
    return files.identify(path) === identity;
  } catch {
    return false;
  }
}

/** For what may be gone already. */
function attempt(call: () => void): void {
  try {
    call();
  } catch {}
}

import { AddressFamily } from "../constants.ts";
import { SocketError } from "../errors.ts";

/** The longest path in bytes, the NUL before an abstract name included: what every runtime can take on Linux. */
const LONGEST_PATH = 107;

/**
 * The address of a Unix socket: a path in the file system, or an abstract name, which is no file and ends with its socket.
 *
 * An abstract name begins with a NUL, as in D and in C; `UnixAddress.abstract()` puts it there. In text it begins with `@`,
 * as `ss` and `/proc/net/unix` write it. Abstract names are Linux's alone, and everyone on the machine may connect to one.
 *
 * @param path Relative to the working directory at the time of use, unless it begins with `/`.
 * @throws {TypeError} The path is no string, empty, or has a NUL elsewhere than at its beginning.
 * @throws {SocketError} `ENAMETOOLONG`: it is longer than 107 bytes of UTF-8, the NUL of an abstract name included.
 *
 * Source: unix(7), sockaddr_un; D's `std.socket.UnixAddress`.
 *
 * @example
 * ```ts
 * new UnixAddress("/run/app.sock").toString(); // "unix:/run/app.sock"
 * UnixAddress.abstract("app").toString(); // "unix:@app"
 * ```
 */
export class UnixAddress {
  static #isPathChecked = false;
  /** The address of a socket that has none: that of a client, as a rule. */
  static readonly UNNAMED: UnixAddress = new UnixAddress("");
  static {
    UnixAddress.#isPathChecked = true;
  }

  readonly family: typeof AddressFamily.UNIX = AddressFamily.UNIX;
  /** The path, or a NUL and an abstract name; empty: unnamed. */
  readonly path: string;
  /** A Unix address has none. */
  readonly port = 0;
  /** Nothing needs looking up. */
  readonly isNumeric = true;

  constructor(path: string) {
    this.path = UnixAddress.#isPathChecked ? checkText(path) : path;
    if (!UnixAddress.fits(path)) {
      throw new SocketError("ENAMETOOLONG", "sockaddr", { at: this });
    }
    Object.freeze(this);
  }

  /** The address of an abstract name, given without the NUL; at most 106 bytes. */
  static abstract(name: string): UnixAddress {
    return new UnixAddress(`\0${name}`);
  }

  /** Whether a path, or a NUL and an abstract name, is short enough for a socket. */
  static fits(path: string): boolean {
    return new TextEncoder().encode(path).byteLength <= LONGEST_PATH;
  }

  get isAbstract(): boolean {
    return this.path.startsWith("\0");
  }

  get isUnnamed(): boolean {
    return this.path === "";
  }

  /** The path as text: what stands where other addresses have their host (D's `toAddrString()`). */
  get host(): string {
    if (this.isAbstract) return `@${this.path.slice(1)}`;
    return this.path.startsWith("@") ? `./${this.path}` : this.path;
  }

  /** Whether `other` is the same path, letter by letter. */
  equals(other: { toString(): string }): boolean {
    return other instanceof UnixAddress && this.path === other.path;
  }

  /** `unix:/path`, `unix:@name`, or `unix:` when unnamed. */
  toString(): string {
    return `unix:${this.host}`;
  }

  /** What `addressFromJSON()` makes an address of again. */
  toJSON(): { family: "UNIX"; path: string } {
    return { family: this.family, path: this.path };
  }
}

function checkText(path: string): string {
  if (typeof path !== "string" || !path.isWellFormed()) {
    throw new TypeError(
      `A Unix address needs a path, not ${typeof path === "string" ? "half a character" : String(path)}`,
    );
  }
  if (path === "" || path === "\0") throw new TypeError("The path of a Unix address is not empty");
  if (path.includes("\0", 1)) throw new TypeError(`A path has no NUL within: ${JSON.stringify(path)}`);
  return path;
}

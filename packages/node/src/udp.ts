import type { Socket } from "node:dgram";
import { getSystemErrorName } from "node:util";
import type { Address } from "@omnisock/core";

/** A request to send, of a class that Node keeps to itself. */
interface Request {
  /** What is being sent, for as long as that takes. */
  list?: readonly Uint8Array[];
  oncomplete?: (status: number) => void;
}

/** What a socket of `node:dgram` is made on; Node's types leave it out. */
interface Handle {
  /**
   * Given port and host unless it is connected, and whether `oncomplete` may be called. Returns 1 more than the bytes that were
   * sent, 0 when `oncomplete` is to follow, or a negative error number.
   */
  send(request: Request, list: readonly Uint8Array[], count: number, ...rest: readonly unknown[]): number;
  /** Where a host is; `found` is called a tick later also for an address. */
  lookup(host: string, found: (error: null, address: string) => void): void;
}

type SendRequest = new () => Request;

/** Learned from the first socket. */
let KnownRequest: SendRequest | undefined;

/**
 * Sends by the handle of a `node:dgram` socket, which says at once what became of the datagram: the socket itself says so a tick later.
 */
export class Udp {
  readonly #handle: Handle;
  readonly #Request: SendRequest;
  readonly #sent: (error: Error | undefined) => void;
  #request: Request | undefined;

  /** @param sent Called when a datagram for which `send()` returned false has gone, or could not. */
  static of(socket: Socket, sent: (error: Error | undefined) => void): Udp | undefined {
    const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "state symbol");
    const { handle } = (symbol && (socket as unknown as Record<symbol, { handle?: Handle }>)[symbol]) ?? {};
    if (handle?.constructor.name !== "UDP") return undefined;
    KnownRequest ??= requestOf(socket, handle);
    return KnownRequest && new Udp(handle, KnownRequest, sent);
  }

  private constructor(handle: Handle, Request: SendRequest, sent: (error: Error | undefined) => void) {
    this.#handle = handle;
    this.#Request = Request;
    this.#sent = sent;
  }

  /**
   * Sends a datagram; whether it has gone already.
   *
   * @param bytes In use until then.
   * @throws {Error} Node's error number and its name.
   */
  send(bytes: Uint8Array, to: Address | undefined): boolean {
    const list = [bytes];
    const request = this.#unused();
    const result =
      to === undefined
        ? this.#handle.send(request, list, 1, true)
        : this.#handle.send(request, list, 1, to.port, to.host, true);
    if (result > 0) return true;
    if (result < 0) throw sendError(result);
    request.list = list;
    this.#request = undefined;
    return false;
  }

  /** A request that the handle was done with at once can be used again. */
  #unused(): Request {
    if (this.#request !== undefined) return this.#request;
    const request = new this.#Request();
    request.oncomplete = (status) => this.#sent(status < 0 ? sendError(status) : undefined);
    this.#request = request;
    return request;
  }
}

/** What the socket makes to send a datagram, which goes nowhere. */
function requestOf(socket: Socket, handle: Handle): SendRequest | undefined {
  const { send, lookup } = handle;
  let Request: SendRequest | undefined;
  handle.lookup = (host, found) => found(null, host);
  handle.send = (request) => {
    Request = request.constructor as SendRequest;
    return 1;
  };
  socket.send(new Uint8Array(0), 9, "nowhere");
  handle.lookup = lookup;
  handle.send = send;
  return Request;
}

function sendError(errno: number): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`send ${code}`), { errno, code, syscall: "send" });
}

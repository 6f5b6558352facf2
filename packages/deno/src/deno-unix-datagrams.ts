import { BoundFile, UnixAddress } from "@omnisock/core";
import type { DatagramConn } from "./deno-datagrams.ts";
import { socketFiles } from "./socket-files.ts";

/** Unix datagrams. Source: https://docs.deno.com/api/deno/~/Deno.listenDatagram */

type Conn = DatagramConn<Deno.UnixAddr>;

const listen = (path: string): Conn => Deno.listenDatagram({ transport: "unixpacket", path }) as unknown as Conn;

/**
 * A Unix datagram socket that receives and sends at the same time, which Deno's own refuses ("Busy").
 *
 * @param at Unnamed: bound to an abstract name of the system's choice, so that it can be answered.
 */
export function bindUnix(at: UnixAddress): Conn {
  return at.isAbstract || at.isUnnamed ? new Alternating(listen(at.path)) : new TwoSockets(at.path);
}

/**
 * Two sockets of one path: what the one sends comes from the path, and the path leads to the other.
 *
 * A socket keeps the name that it was bound to when the file has gone; then another can be bound there.
 */
class TwoSockets implements Conn {
  readonly addr: Deno.UnixAddr;
  readonly #receiver: Conn;
  readonly #sender: Conn;
  readonly #file: BoundFile;
  readonly #closing: PromiseWithResolvers<never> = Promise.withResolvers();

  constructor(path: string) {
    this.#sender = listen(path);
    try {
      Deno.removeSync(path);
      this.#receiver = listen(path);
      this.#file = new BoundFile(path, socketFiles);
    } catch (cause) {
      this.#sender.close();
      throw cause;
    }
    this.addr = this.#receiver.addr;
    this.#closing.promise.catch(() => {});
  }

  receive(into: Uint8Array): Promise<[Uint8Array, Deno.UnixAddr]> {
    return this.#receiver.receive(into);
  }

  /** Deno's send to a full socket outlives `close()`: nobody waits for it. */
  send(bytes: Uint8Array, to: Deno.UnixAddr): Promise<number> {
    return Promise.race([this.#sender.send(bytes, to), this.#closing.promise]);
  }

  close(): void {
    this.#file.remove();
    this.#receiver.close();
    this.#sender.close();
    this.#closing.reject(new Error("The socket was closed"));
  }

  ref(): void {
    this.#receiver.ref();
    this.#sender.ref();
  }

  unref(): void {
    this.#receiver.unref();
    this.#sender.unref();
  }
}

/**
 * One socket that does one thing at a time: a call to send interrupts the one that receives, by a datagram to ourselves.
 *
 * For abstract names, of which there cannot be two. While the receiver of a datagram is full, nothing is received here, and
 * a socket that is closed meanwhile keeps its name until that datagram is through: Deno cannot end a send.
 */
class Alternating implements Conn {
  readonly addr: Deno.UnixAddr;
  readonly #conn: Conn;
  /** Who interrupts: it has a name of its own, by which its datagrams are told from others'. */
  #waker: Conn | undefined;
  #isWaking = false;
  #receiving: Promise<unknown> | undefined;
  #sending: Promise<unknown> | undefined;
  readonly #closing: PromiseWithResolvers<never> = Promise.withResolvers();

  constructor(conn: Conn) {
    this.#conn = conn;
    this.addr = conn.addr;
    this.#closing.promise.catch(() => {});
  }

  async receive(into: Uint8Array): Promise<[Uint8Array, Deno.UnixAddr]> {
    for (;;) {
      while (this.#sending !== undefined) await Promise.race([this.#sending, this.#closing.promise]);
      const receiving = this.#conn.receive(into);
      this.#receiving = receiving.then(
        () => {},
        () => {},
      );
      try {
        const [bytes, from] = await receiving;
        if (this.#waker === undefined || from.path !== this.#waker.addr.path) return [bytes, from];
      } finally {
        this.#receiving = undefined;
      }
    }
  }

  async send(bytes: Uint8Array, to: Deno.UnixAddr): Promise<number> {
    const done = Promise.withResolvers<void>();
    this.#sending = done.promise;
    try {
      if (this.#receiving !== undefined) {
        this.#wake();
        await Promise.race([this.#receiving, this.#closing.promise]);
      }
      return await Promise.race([this.#conn.send(bytes, to), this.#closing.promise]);
    } finally {
      this.#sending = undefined;
      done.resolve();
    }
  }

  close(): void {
    this.#conn.close();
    this.#waker?.close();
    this.#closing.reject(new Error("The socket was closed"));
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }

  #wake(): void {
    // One is enough: where it is held back, so many datagrams are here that the receiver wakes by itself.
    if (this.#isWaking) return;
    this.#isWaking = true;
    if (this.#waker === undefined) {
      this.#waker = listen(UnixAddress.UNNAMED.path);
      this.#waker.unref();
    }
    const woken = (): void => {
      this.#isWaking = false;
    };
    this.#waker.send(new Uint8Array(1), this.addr).then(woken, woken);
  }
}

import { BoundFile, UnixAddress } from "@omnisock/core";
import type { DatagramConn } from "./deno-datagrams.ts";
import { socketFiles } from "./socket-files.ts";
import { withWrongType } from "./wrong-type.ts";

/** Unix datagrams. Source: https://docs.deno.com/api/deno/~/Deno.listenDatagram */

type Conn = DatagramConn<Deno.UnixAddr>;

const listen = (path: string): Conn => Deno.listenDatagram({ transport: "unixpacket", path }) as unknown as Conn;

/** How long a socket that holds nothing up is left alone between two looks, in milliseconds: longer while nothing comes. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 128;

/**
 * A Unix datagram socket that receives and sends at the same time, and holds the process up only when told to.
 *
 * Deno's own does neither: it calls the second operation "Busy", and ignores `unref()`. So a path has two sockets: what the one
 * sends comes from the path, and the path leads to the other. An abstract name can have one only, whose receiving a send
 * interrupts by a datagram to ourselves. So does `unref()`; from then on the socket looks for datagrams now and then.
 *
 * What stays: with an abstract name, nothing is received while a send waits for a full receiver, and the name is taken until
 * that send is through; and who renames the file of a socket that receives has a process that only `close()` lets end.
 */
export class UnixDatagramConn implements Conn {
  readonly addr: Deno.UnixAddr;
  readonly #receiver: Conn;
  readonly #sender: Conn;
  readonly #file: BoundFile | undefined;
  /** Who interrupts: it has a name of its own, by which its datagrams are told from others'. */
  #waker: Conn | undefined;
  #isWaking = false;
  #isHeld = false;
  #isClosed = false;
  #receiving: Promise<unknown> | undefined;
  #sending: Promise<unknown> | undefined;
  #endPause: (() => void) | undefined;
  /** Ends what waits now, and is forgotten with it: a promise of the whole socket's would keep a reaction a call. */
  readonly #ends: Set<() => void> = new Set();

  /** @param at Unnamed: bound to an abstract name of the system's choice, so that it can be answered. */
  constructor(at: UnixAddress) {
    this.#sender = listen(at.path);
    this.#receiver = this.#sender;
    if (!at.isAbstract && !at.isUnnamed) {
      try {
        // A socket keeps the name that it was bound to when the file has gone; then another can be bound there.
        Deno.removeSync(at.path);
        this.#receiver = listen(at.path);
        this.#file = new BoundFile(at.path, socketFiles);
      } catch (cause) {
        this.#sender.close();
        if (this.#receiver !== this.#sender) this.#receiver.close();
        throw cause;
      }
    }
    this.addr = this.#receiver.addr;
  }

  async receive(into: Uint8Array): Promise<[Uint8Array, Deno.UnixAddr]> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      if (!this.#isHeld) await this.#pause(pause);
      while (this.#isShared() && this.#sending !== undefined) await this.#unlessClosed(this.#sending);
      const receiving = this.#receiver.receive(into);
      this.#receiving = settled(receiving);
      if (!this.#isHeld) this.#tryWake();
      try {
        const [bytes, from] = await receiving;
        if (from.path === undefined || from.path !== this.#waker?.addr.path) return [bytes, from];
      } finally {
        this.#receiving = undefined;
      }
    }
  }

  async send(bytes: Uint8Array, to: Deno.UnixAddr): Promise<number> {
    const done = Promise.withResolvers<void>();
    this.#sending = done.promise;
    try {
      if (this.#isShared() && this.#receiving !== undefined) {
        this.#wake();
        await this.#unlessClosed(this.#receiving);
      }
      return await this.#unlessClosed(this.#sender.send(bytes, to));
    } catch (cause) {
      throw withWrongType(cause);
    } finally {
      this.#sending = undefined;
      done.resolve();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#file?.remove();
    this.#sender.close();
    if (!this.#isShared()) this.#receiver.close();
    this.#waker?.close();
    for (const end of this.#ends) end();
    this.#endPause?.();
  }

  ref(): void {
    this.#isHeld = true;
    this.#endPause?.();
  }

  unref(): void {
    this.#isHeld = false;
    if (this.#receiving !== undefined) this.#tryWake();
  }

  #isShared(): boolean {
    return this.#receiver === this.#sender;
  }

  /** Deno's send to a full socket outlives `close()`: nobody waits for it. */
  #unlessClosed<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (): void => reject(closed());
      this.#ends.add(end);
      if (this.#isClosed) end();
      const forget = (): boolean => this.#ends.delete(end);
      promise.then(resolve, reject).then(forget);
    });
  }

  async #pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#endPause = resolve;
      Deno.unrefTimer(setTimeout(resolve, milliseconds));
    });
    if (this.#isClosed) throw closed();
  }

  /** For what is as well left alone: without the permission to listen elsewhere, the process is held up. */
  #tryWake(): void {
    try {
      this.#wake();
    } catch {}
  }

  /** Sends the datagram that ends a call to receive. @throws Deno's error: it may not make a socket for that. */
  #wake(): void {
    // One is enough: where it is held back, so many datagrams are here that the receiver wakes by itself.
    if (this.#isWaking || this.#file?.isOwn === false) return;
    this.#waker ??= listen(UnixAddress.UNNAMED.path);
    this.#isWaking = true;
    void settled(this.#waker.send(new Uint8Array(1), this.addr)).then(() => {
      this.#isWaking = false;
    });
  }
}

function closed(): Error {
  return new Error("The socket was closed");
}

function settled(promise: Promise<unknown>): Promise<void> {
  return promise.then(
    () => {},
    () => {},
  );
}

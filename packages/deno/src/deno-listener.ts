import type { Address, ListenHandle, ListenSink, SocketFile } from "@omnisock/core";
import { DenoStream } from "./deno-stream.ts";

/** A listener of `Deno.listen`: it accepts only while core asks, so that the kernel's backlog really fills. */
export class DenoListener implements ListenHandle {
  readonly local: Address;
  readonly #listener: Deno.TcpListener | Deno.UnixListener;
  readonly #file: SocketFile | undefined;
  #sink: ListenSink | undefined;
  #isWanted = false;
  #isClosed = false;
  #accepting: Promise<void> | undefined;

  constructor(listener: Deno.TcpListener | Deno.UnixListener, local: Address, file?: SocketFile) {
    this.#listener = listener;
    this.#file = file;
    this.local = local;
    listener.unref();
  }

  open(listening: (handle: ListenHandle) => ListenSink): void {
    this.#sink = listening(this);
  }

  resume(): void {
    this.#isWanted = true;
    this.#accepting ??= this.#accept();
  }

  pause(): void {
    this.#isWanted = false;
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#file?.remove();
      this.#listener.close();
    }
    // denoland/deno#22885: the port is taken until the pending accept has settled.
    await this.#accepting;
  }

  ref(): void {
    this.#listener.ref();
  }

  unref(): void {
    this.#listener.unref();
  }

  /** One accept at a time: Deno rejects a second. */
  async #accept(): Promise<void> {
    const sink = this.#sink as ListenSink;
    while (this.#isWanted && !this.#isClosed) {
      try {
        const stream = new DenoStream(await this.#listener.accept(), { local: this.local, on: this.local });
        stream.open((handle) => sink.connection(handle));
      } catch (cause) {
        // Reset before it was taken, and Deno cannot tell its addresses: a connection like that is over, the listener is not.
        if (cause instanceof Deno.errors.NotConnected) continue;
        if (!this.#isClosed) sink.failed(cause);
      }
    }
    this.#accepting = undefined;
  }
}

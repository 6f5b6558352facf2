import type { ListenHandle, ListenSink } from "../adapter.ts";
import { type Address, Internet6Address } from "../address.ts";
import { MemoryHandle } from "./memory-handle.ts";
import type { MemoryStream } from "./memory-stream.ts";

/** A listening socket, and the connections that wait in its backlog. */
export class MemoryListener extends MemoryHandle implements ListenHandle {
  readonly local: Address;
  readonly #backlog: number;
  readonly #onClose: () => void;
  readonly #arrived: MemoryStream[] = [];
  #sink: ListenSink | undefined;
  #isPaused = true;

  constructor(local: Address, backlog: number, onClose: () => void) {
    super();
    this.local = local;
    this.#backlog = backlog;
    this.#onClose = onClose;
  }

  /** As Linux has it: one more than the backlog fits. */
  get isFull(): boolean {
    return this.#arrived.length > this.#backlog;
  }

  open(sink: ListenSink): void {
    this.#sink = sink;
  }

  /** The address as this listener's connections have it: IPv4 ones are mapped into IPv6 (RFC 4291 section 2.5.5.2). */
  inItsFamily(address: Address): Address {
    if (address.family === this.local.family) return address;
    return new Internet6Address(`::ffff:${address.host}`, address.port);
  }

  arrive(stream: MemoryStream): void {
    this.#arrived.push(stream);
    queueMicrotask(() => this.#deliver());
  }

  resume(): void {
    this.#isPaused = false;
    queueMicrotask(() => this.#deliver());
  }

  pause(): void {
    this.#isPaused = true;
  }

  async close(): Promise<void> {
    this.#onClose();
    for (const stream of this.#arrived.splice(0)) stream.reset();
  }

  #deliver(): void {
    while (!this.#isPaused) {
      const stream = this.#arrived.shift();
      if (stream === undefined || this.#sink === undefined) return;
      stream.open(this.#sink.connection(stream));
    }
  }
}

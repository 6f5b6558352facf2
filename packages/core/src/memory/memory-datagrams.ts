import type { DatagramHandle, DatagramSink } from "../adapter.ts";
import type { Address } from "../address.ts";
import { copyOf } from "../copy-of.ts";
import { MemoryHandle } from "./memory-handle.ts";
import type { Network } from "./network.ts";

/** A bound datagram socket. */
export class MemoryDatagrams extends MemoryHandle implements DatagramHandle {
  readonly local: Address;
  readonly draining = false;
  readonly #network: Network;
  readonly #onClose: () => void;
  #sink: DatagramSink | undefined;

  constructor(network: Network, local: Address, onClose: () => void) {
    super();
    this.#network = network;
    this.local = local;
    this.#onClose = onClose;
  }

  open(sink: DatagramSink): void {
    this.#sink = sink;
  }

  send(bytes: Uint8Array, to: Address): boolean {
    this.#network.deliver(copyOf(bytes), this.local, to);
    return true;
  }

  arrive(bytes: Uint8Array, from: Address): void {
    queueMicrotask(() => this.#sink?.datagram(bytes, true, from, false));
  }

  async connect(): Promise<void> {}
  resume(): void {}
  pause(): void {}

  close(): void {
    this.#onClose();
    queueMicrotask(() => this.#sink?.closed());
  }

  setOption(): void {}
}

import type { Arrived } from "./adapter.ts";
import { type Address, isSamePlace } from "./address.ts";

/** What waits to be received, at most; for further datagrams there is no room. */
const MOST_WAITING = 4096;
const MOST_WAITING_BYTES = 4 << 20;

/** Datagrams that came and that nobody has asked for yet, in order. */
export class ArrivedDatagrams {
  #waiting: Arrived[] = [];
  #byteLength = 0;

  get length(): number {
    return this.#waiting.length;
  }

  hasRoomFor(byteLength: number): boolean {
    return this.#waiting.length < MOST_WAITING && this.#byteLength + byteLength <= MOST_WAITING_BYTES;
  }

  /** Keeps its bytes themselves: they must not change any more. */
  push(datagram: Arrived): void {
    this.#waiting.push(datagram);
    this.#byteLength += datagram.bytes.byteLength;
  }

  /** The next one, undefined when there is none. */
  shift(): Arrived | undefined {
    const first = this.#waiting.length > 0 ? this.#waiting.shift() : undefined;
    this.#byteLength -= first?.bytes.byteLength ?? 0;
    return first;
  }

  /** The next ones, in an array of the caller's. */
  take(most: number): Arrived[] {
    if (most >= this.#waiting.length) return this.#replace([]);
    const taken = this.#waiting.splice(0, most);
    for (const { bytes } of taken) this.#byteLength -= bytes.byteLength;
    return taken;
  }

  /** Forgets those that came from anywhere else. */
  keepOnly(from: Address): void {
    this.#replace(this.#waiting.filter((one) => isSamePlace(one.from, from)));
  }

  clear(): void {
    this.#replace([]);
  }

  #replace(waiting: Arrived[]): Arrived[] {
    const before = this.#waiting;
    this.#waiting = waiting;
    this.#byteLength = 0;
    for (const { bytes } of waiting) this.#byteLength += bytes.byteLength;
    return before;
  }
}

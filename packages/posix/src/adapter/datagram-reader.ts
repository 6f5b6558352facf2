import { type Address, AddressFamily, type Arrived, type DatagramSink, UnixAddress } from "@omnisock/core";
import { lastPeer, receiveFromInto } from "../calls.ts";
import { DatagramBatch } from "../datagram-batch.ts";
import type { Descriptor } from "../descriptor.ts";
import { checked, coded } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN } from "../linux/errno.ts";
import { groupDatagrams } from "../options.ts";

const { MSG_TRUNC } = constants;

/** Where every datagram lands: more than the largest, of IPv6; and of Unix, than a kernel lets through as it is set by default. */
let shared = new Uint8Array(65_536);
const UNIX_DATAGRAM_BYTES = 1 << 20;
/** How many of a Unix socket's are taken at once. */
const MOST_EACH = 64;

/** Where batches land, of every socket. */
let batch: DatagramBatch | undefined;

/** Takes datagrams from a descriptor, without waiting. */
export class DatagramReader {
  /** Whether there may be one: false once the kernel has said that there is none. */
  isReadable = false;
  readonly #descriptor: Descriptor;
  readonly #isUnix: boolean;
  /** Whether the kernel hands on several datagrams as one. */
  #isGrouped = false;
  #hasAskedToGroup = false;

  constructor(descriptor: Descriptor, local: Address) {
    this.#descriptor = descriptor;
    this.#isUnix = local.family === AddressFamily.UNIX;
    if (this.#isUnix && shared.byteLength < UNIX_DATAGRAM_BYTES) shared = new Uint8Array(UNIX_DATAGRAM_BYTES);
  }

  /** The next datagram, or those that the kernel hands on as one. */
  handOn(sink: DatagramSink): void {
    if (this.#isGrouped) {
      this.#handOnGrouped(sink);
      return;
    }
    const length = receiveFromInto(this.#descriptor, shared, MSG_TRUNC);
    if (length >= 0) {
      const isTruncated = length > shared.byteLength;
      const bytes = shared.subarray(0, isTruncated ? shared.byteLength : length);
      sink.datagram(bytes, false, lastPeer() ?? UnixAddress.UNNAMED, isTruncated);
    } else if (length === -EAGAIN) {
      this.isReadable = false;
    } else {
      sink.failed(coded(-length));
    }
  }

  /** @throws {SocketError} What came back for an earlier datagram. */
  many(most: number): readonly Arrived[] {
    if (this.#isUnix) return this.#each(most);
    if (!this.#hasAskedToGroup) {
      this.#hasAskedToGroup = true;
      this.#isGrouped = groupDatagrams(this.#descriptor);
    }
    return this.#batch(most).copied();
  }

  /** Leaves the descriptor as it was. */
  release(): void {
    if (this.#isGrouped) groupDatagrams(this.#descriptor, false);
  }

  #handOnGrouped(sink: DatagramSink): void {
    try {
      for (const { bytes, from, isTruncated } of this.#batch(1)) sink.datagram(bytes, false, from, isTruncated);
    } catch (error) {
      sink.failed(error);
    }
  }

  /** @throws {SocketError} What came back for an earlier datagram. */
  #batch(most: number): DatagramBatch {
    batch ??= new DatagramBatch({ bytes: 65_536 });
    const result = batch.receive(this.#descriptor, most, 0);
    if (result === -EAGAIN) this.isReadable = false;
    else checked(result, "recv");
    return batch;
  }

  /** Those of Unix sockets are too long for a batch to have room for many. */
  #each(most: number): Arrived[] {
    const received: Arrived[] = [];
    while (received.length < Math.min(most, MOST_EACH)) {
      const length = receiveFromInto(this.#descriptor, shared, MSG_TRUNC);
      if (length < 0) {
        if (length === -EAGAIN) this.isReadable = false;
        break;
      }
      const isTruncated = length > shared.byteLength;
      received.push({ bytes: shared.slice(0, length), from: lastPeer() ?? UnixAddress.UNNAMED, isTruncated });
    }
    return received;
  }
}

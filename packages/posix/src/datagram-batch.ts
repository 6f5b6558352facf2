import { type Address, type Datagram, UnixAddress } from "@omnisock/core";
import { decodeSockaddr } from "./decode-sockaddr.ts";
import type { Descriptor } from "./descriptor.ts";
import { constants } from "./linux/constants.ts";
import { EAGAIN, EINTR } from "./linux/errno.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block } from "./memory.ts";
import { Patience } from "./patience.ts";
import { system } from "./system.ts";

const { iovec: IOVEC, mmsghdr: MMSGHDR, cmsghdr: CMSG, sockaddr_storage: STORAGE } = layouts;
const { fields: HDR } = layouts.msghdr;
const { MSG_PEEK, MSG_TRUNC, MSG_CMSG_CLOEXEC, SOL_UDP, UDP_GRO } = constants;

/** Room for what the kernel says beside a message: how it is segmented, and a timestamp or two. */
const CONTROL_ROOM = 128;
const MOST_DATAGRAMS = 1024;
const LONGEST_DATAGRAM = 1 << 20;
/** How long a buffer is that messages share when they are copied out: one for each takes up to ten times as long. */
const SHARED_BYTES = 65_536;
/** Up to so many bytes, one of its own takes less: measured. Bun keeps them with its objects, Node so few only, Deno none. */
const OWN_BYTES = "Bun" in globalThis ? 1000 : "Deno" in globalThis ? 0 : 64;
/** From one datagram's room to the next: not a power of two, or all would contend for the same lines of the cache. */
const GAP = 192;

const NO_BYTES = new Uint8Array(0);

/** A datagram of a batch. */
export interface BatchedDatagram extends Datagram {
  /** Whether it was longer than its room. */
  readonly isTruncated: boolean;
}

/** A message, which may be several datagrams: there is one at least. */
class Message {
  isUsedUp = false;
  readonly #bytes: Uint8Array;
  readonly #buffer: ArrayBufferLike;
  #at: number;
  readonly #end: number;
  readonly #segment: number;
  readonly #from: Address;
  readonly #isTruncated: boolean;

  constructor(bytes: Uint8Array, at: number, end: number, segment: number, from: Address, isTruncated: boolean) {
    this.#bytes = bytes;
    this.#buffer = bytes.buffer;
    this.#at = at;
    this.#end = end;
    this.#segment = segment;
    this.#from = from;
    this.#isTruncated = isTruncated;
  }

  next(): BatchedDatagram {
    const end = Math.min(this.#at + this.#segment, this.#end);
    const isLast = end === this.#end;
    const isWhole = end - this.#at === this.#bytes.length;
    const bytes = isWhole
      ? this.#bytes
      : new Uint8Array(this.#buffer, this.#bytes.byteOffset + this.#at, end - this.#at);
    this.#at = end;
    this.isUsedUp = isLast;
    return { bytes, from: this.#from, isTruncated: this.#isTruncated && isLast };
  }
}

export interface BatchOptions {
  /** How many messages to receive at most, 1 to 1024. Default: 64. */
  readonly datagrams?: number | undefined;
  /** Room for each, in bytes, 1 to 1048576; with `UDP_GRO` a message is 65535 at most. Default: 2048. */
  readonly bytes?: number | undefined;
}

/**
 * Room for several datagrams that one call receives, to be used again for the next.
 *
 * Iterating gives those that came last: their bytes lie in the batch, until it is used again. With `UDP_GRO` a message may hold
 * several datagrams; here each is one.
 *
 * Source: recvmmsg(2); udp(7), UDP_GRO.
 */
export class DatagramBatch implements Iterable<BatchedDatagram> {
  readonly #room: number;
  #bytes: Uint8Array;
  readonly #headers: Block;
  readonly #names: Block;
  readonly #controls: Block;
  readonly #stride: number;
  /** How many messages there is room for. */
  readonly capacity: number;
  /** How many messages came last. */
  #count = 0;
  /** How much room the headers tell the kernel of, for what it says beside each message. */
  #controlRoom = CONTROL_ROOM;
  readonly #vectors: Block;

  /** @throws {RangeError} One of the numbers is out of range. */
  constructor({ datagrams = 64, bytes = 2048 }: BatchOptions = {}) {
    this.capacity = checkNumber("datagrams", datagrams, MOST_DATAGRAMS);
    this.#room = checkNumber("bytes", bytes, LONGEST_DATAGRAM);
    this.#stride = Math.ceil(bytes / 64) * 64 + GAP;
    this.#bytes = new Uint8Array(this.capacity * this.#stride);
    this.#headers = block(this.capacity * MMSGHDR.size);
    this.#vectors = block(this.capacity * IOVEC.size);
    this.#names = block(this.capacity * STORAGE.size);
    this.#controls = block(this.capacity * CONTROL_ROOM);
    const { libc } = system();
    const vectorsAt = libc.address(this.#vectors.bytes);
    const namesAt = libc.address(this.#names.bytes);
    const controlsAt = libc.address(this.#controls.bytes);
    const { view } = this.#headers;
    for (let index = 0; index < this.capacity; index++) {
      const vector = index * IOVEC.size;
      this.#vectors.view.setUint32(vector + IOVEC.fields.iov_len, this.#room, true);
      const header = index * MMSGHDR.size;
      view.setBigUint64(header + HDR.msg_iov, vectorsAt + BigInt(vector), true);
      view.setUint32(header + HDR.msg_iovlen, 1, true);
      view.setBigUint64(header + HDR.msg_name, namesAt + BigInt(index * STORAGE.size), true);
      view.setBigUint64(header + HDR.msg_control, controlsAt + BigInt(index * CONTROL_ROOM), true);
      this.#empty(index);
    }
    this.#pointToBytes();
  }

  /**
   * Receives messages in place of those that are here.
   *
   * @param most At most so many.
   * @param isUnix There is no room for descriptors then, which nobody would close: the kernel drops them.
   * @returns How many, or a negative errno.
   */
  receive(descriptor: Descriptor, most: number, flags: number, isUnix = false): number {
    const { libc } = system();
    this.#makeRoom(isUnix ? 0 : CONTROL_ROOM);
    if (this.#bytes.length === 0) this.#takeOtherBytes();
    // The kernel leaves the first where it is, and would give it again and again.
    const count = (flags & MSG_PEEK) === 0 ? Math.min(most, this.capacity) : 1;
    for (let patience: Patience | undefined; ; ) {
      const fd = descriptor.fdFor("recv");
      const result = libc.recvmmsg(fd, this.#headers.bytes, count, flags | MSG_CMSG_CLOEXEC, null);
      if (result > 0) this.#count = result;
      if (result !== -EINTR) return result;
      patience ??= new Patience(descriptor, "SO_RCVTIMEO");
      if (!patience.wait()) return -EAGAIN;
    }
  }

  /** How many datagrams came last. */
  get length(): number {
    let length = 0;
    for (let index = 0; index < this.#count; index++) {
      const received = this.#received(index);
      length += received === 0 ? 1 : Math.ceil(received / this.#segment(index, received));
    }
    return length;
  }

  /** Those that came last; their bytes are the batch's own. */
  [Symbol.iterator](): IterableIterator<BatchedDatagram> {
    let index = 0;
    let message: Message | undefined;
    const next = (): IteratorResult<BatchedDatagram> => {
      if (message === undefined || message.isUsedUp) {
        if (index >= this.#count) return { done: true, value: undefined };
        message = this.#message(index, this.#bytes, index * this.#stride);
        index++;
      }
      return { done: false, value: message.next() };
    };
    return {
      next,
      [Symbol.iterator]() {
        return this;
      },
    };
  }

  /** Those that came last, copied out of the batch: some share a buffer, of 64 KiB at most. */
  copied(): BatchedDatagram[] {
    const datagrams: BatchedDatagram[] = [];
    let left = 0;
    for (let index = 0; index < this.#count; index++) left += this.#received(index);
    let shared = NO_BYTES;
    let at = 0;
    for (let index = 0; index < this.#count; index++) {
      const start = index * this.#stride;
      const received = this.#received(index);
      left -= received;
      let message: Message;
      if (received <= OWN_BYTES) {
        message = this.#message(index, this.#bytes.slice(start, start + received), 0);
      } else {
        if (shared.length - at < received) {
          shared = new Uint8Array(Math.max(received, Math.min(left + received, SHARED_BYTES)));
          at = 0;
        }
        shared.set(this.#bytes.subarray(start, start + received), at);
        message = this.#message(index, shared, at);
        at += received;
      }
      do datagrams.push(message.next());
      while (!message.isUsedUp);
    }
    return datagrams;
  }

  /** A message that lies in `bytes` from `start` on. */
  #message(index: number, bytes: Uint8Array, start: number): Message {
    const received = this.#received(index);
    const end = start + received;
    return new Message(bytes, start, end, this.#segment(index, received), this.#from(index), this.#isTruncated(index));
  }

  /** Has the kernel told anew how much room there is, where it has changed that, or it is another. */
  #makeRoom(controlRoom: number): void {
    const end = controlRoom === this.#controlRoom ? this.#count : this.capacity;
    this.#controlRoom = controlRoom;
    for (let index = 0; index < end; index++) this.#empty(index);
    this.#count = 0;
  }

  /** Somebody has transferred those that it had, with a datagram that lay there: the kernel is not to write there any more. */
  #takeOtherBytes(): void {
    this.#bytes = new Uint8Array(this.capacity * this.#stride);
    this.#pointToBytes();
  }

  #pointToBytes(): void {
    const bytesAt = system().libc.address(this.#bytes);
    for (let index = 0; index < this.capacity; index++) {
      this.#vectors.view.setBigUint64(index * IOVEC.size, bytesAt + BigInt(index * this.#stride), true);
    }
  }

  #empty(index: number): void {
    const { view } = this.#headers;
    const header = index * MMSGHDR.size;
    view.setUint32(header + HDR.msg_namelen, STORAGE.size, true);
    view.setUint32(header + HDR.msg_controllen, this.#controlRoom, true);
  }

  #received(index: number): number {
    return Math.min(this.#headers.view.getUint32(index * MMSGHDR.size + MMSGHDR.fields.msg_len, true), this.#room);
  }

  #isTruncated(index: number): boolean {
    return (this.#headers.view.getInt32(index * MMSGHDR.size + HDR.msg_flags, true) & MSG_TRUNC) !== 0;
  }

  #from(index: number): Address {
    const length = this.#headers.view.getUint32(index * MMSGHDR.size + HDR.msg_namelen, true);
    return decodeSockaddr(this.#names, index * STORAGE.size, length) ?? UnixAddress.UNNAMED;
  }

  /** How long each datagram of a message is, but the last. */
  #segment(index: number, received: number): number {
    const { view } = this.#controls;
    const given = this.#headers.view.getUint32(index * MMSGHDR.size + HDR.msg_controllen, true);
    const start = index * CONTROL_ROOM;
    const end = start + Math.min(given, CONTROL_ROOM);
    for (let at = start; at + CMSG.size < end; ) {
      const length = view.getUint32(at + CMSG.fields.cmsg_len, true);
      const isGro =
        view.getInt32(at + CMSG.fields.cmsg_level, true) === SOL_UDP &&
        view.getInt32(at + CMSG.fields.cmsg_type, true) === UDP_GRO;
      if (isGro) return Math.max(1, view.getUint16(at + CMSG.size, true));
      if (length < CMSG.size) break;
      at += Math.ceil(length / 8) * 8;
    }
    return Math.max(1, received);
  }
}

function checkNumber(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new RangeError(`A batch's ${name} are a whole number from 1 to ${most}, not ${String(value)}`);
}

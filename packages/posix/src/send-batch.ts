import { type Address, AddressFamily } from "@omnisock/core";
import type { Descriptor } from "./descriptor.ts";
import { constants } from "./linux/constants.ts";
import { EAGAIN, EINTR, EINVAL, EIO, EMSGSIZE } from "./linux/errno.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block, lengthOf } from "./memory.ts";
import { Patience } from "./patience.ts";
import { sockaddrOf } from "./sockaddr.ts";
import { system } from "./system.ts";

const { iovec: IOVEC, mmsghdr: MMSGHDR, cmsghdr: CMSG, sockaddr_storage: STORAGE } = layouts;
const { fields: HDR } = layouts.msghdr;
const { SOL_UDP, UDP_SEGMENT, MSG_NOSIGNAL } = constants;

/** How many messages go with one call. */
const MOST_MESSAGES = 64;
/** How many bytes go with one call: they are copied, which costs less than to find out where each datagram lies. */
const ROOM = 1 << 18;
/** How many datagrams of one length go as one message, and how long that is. Source: linux/udp.h, UDP_MAX_SEGMENTS; udp(7). */
const MOST_SEGMENTS = 64;
const LONGEST_MESSAGE = 65_487;
/** Ancillary data with one number of 16 bits, and the space that it takes. */
const CONTROL_LENGTH = CMSG.size + 2;
const CONTROL_SPACE = CMSG.size + 8;

/** Memory for one call, made once: each call is over before the next begins. */
interface Room {
  readonly headers: Block;
  readonly vectors: Block;
  readonly controls: Block;
  readonly names: Block;
  readonly bytes: Uint8Array;
  /** Where that begins. */
  readonly controlsAt: bigint;
  readonly namesAt: bigint;
  readonly bytesAt: bigint;
}

let made: Room | undefined;

function makeRoom(): Room {
  const { libc } = system();
  const [headers, vectors] = [block(MOST_MESSAGES * MMSGHDR.size), block(MOST_MESSAGES * IOVEC.size)];
  const [controls, names] = [block(MOST_MESSAGES * CONTROL_SPACE), block(MOST_MESSAGES * STORAGE.size)];
  const bytes = new Uint8Array(ROOM);
  const vectorsAt = libc.address(vectors.bytes);
  for (let index = 0; index < MOST_MESSAGES; index++) {
    const at = index * MMSGHDR.size;
    headers.view.setBigUint64(at + HDR.msg_iov, vectorsAt + BigInt(index * IOVEC.size), true);
    headers.view.setBigUint64(at + HDR.msg_iovlen, 1n, true);
    const control = index * CONTROL_SPACE;
    controls.view.setBigUint64(control + CMSG.fields.cmsg_len, BigInt(CONTROL_LENGTH), true);
    controls.view.setInt32(control + CMSG.fields.cmsg_level, SOL_UDP, true);
    controls.view.setInt32(control + CMSG.fields.cmsg_type, UDP_SEGMENT, true);
  }
  const [controlsAt, namesAt] = [libc.address(controls.bytes), libc.address(names.bytes)];
  return { headers, vectors, controls, names, bytes, controlsAt, namesAt, bytesAt: libc.address(bytes) };
}

export interface Addressed {
  readonly bytes: Uint8Array;
  readonly to: Address;
}

/** Datagrams that go as one message: one alone, or several of one length to one address, of which the last may be shorter. */
interface Run {
  readonly count: number;
  readonly byteLength: number;
  /** Of each but the last. */
  readonly segment: number;
}

/** Longer ones the system has refused to segment, as they do not fit into a packet of the network. */
let longestSegment = LONGEST_MESSAGE;

/**
 * Sends in order, as many as the kernel takes now.
 *
 * Datagrams of one length to one address are handed over as one message that the kernel, or the network card, segments.
 *
 * @param isConnected The kernel knows where to.
 * @returns How many; where it is none, perhaps a negative errno, which may be of an earlier datagram: the kernel says it once.
 * What stops it later, the kernel does not say: sending the next alone may tell.
 *
 * Source: sendmmsg(2); udp(7), UDP_SEGMENT.
 */
export function sendBatch(
  descriptor: Descriptor,
  datagrams: readonly Addressed[],
  isConnected: boolean,
  flags = 0,
): number {
  let sent = 0;
  let longest = descriptor.isRaw ? 0 : longestSegment;
  while (sent < datagrams.length) {
    const runs = fill(datagrams, sent, isConnected, longest);
    const [first] = runs;
    if (first === undefined) break;
    const taken = pass(descriptor, runs.length, flags);
    if (taken < 0 && first.count > 1 && isRefused(-taken)) {
      // Perhaps for its length: then the datagrams go when each is a message of its own, and that is remembered.
      longest = first.segment - 1;
      continue;
    }
    if (taken < 0 && sent === 0) return taken;
    if (taken > 0 && !descriptor.isRaw) longestSegment = longest;
    for (let index = 0; index < taken; index++) sent += runs[index]?.count ?? 0;
    if (taken < runs.length) break;
  }
  return sent;
}

/** Whether that is what segmenting is refused with. */
function isRefused(errno: number): boolean {
  return errno === EINVAL || errno === EMSGSIZE || errno === EIO;
}

/** Lays out one call. None: the first datagram is too long for it. */
function fill(datagrams: readonly Addressed[], from: number, isConnected: boolean, longest: number): Run[] {
  made ??= makeRoom();
  const runs: Run[] = [];
  let used = 0;
  for (let next = from; next < datagrams.length && runs.length < MOST_MESSAGES; ) {
    const run = runFrom(datagrams, next, isConnected, ROOM - used, longest);
    if (run === undefined) break;
    for (let index = 0, at = used; index < run.count; index++, at += run.segment) {
      made.bytes.set((datagrams[next + index] as Addressed).bytes, at);
    }
    const { to } = datagrams[next] as Addressed;
    putHeader(made, runs.length, run, used, isConnected ? undefined : sockaddrOf(to, "send"));
    runs.push(run);
    used += run.byteLength;
    next += run.count;
  }
  return runs;
}

function runFrom(
  datagrams: readonly Addressed[],
  first: number,
  isConnected: boolean,
  room: number,
  longest: number,
): Run | undefined {
  const { bytes, to } = datagrams[first] as Addressed;
  const segment = lengthOf(bytes);
  if (segment > room) return undefined;
  let byteLength = segment;
  let count = 1;
  if (segment > 0 && segment <= longest && to.family !== AddressFamily.UNIX) {
    while (count < MOST_SEGMENTS) {
      const next = datagrams[first + count];
      const length = next === undefined ? 0 : lengthOf(next.bytes);
      if ((!isConnected && next?.to !== to) || length === 0 || length > segment) break;
      if (byteLength + length > Math.min(LONGEST_MESSAGE, room)) break;
      byteLength += length;
      count++;
      if (length < segment) break;
    }
  }
  return { count, byteLength, segment };
}

function putHeader(room: Room, index: number, run: Run, at: number, name: Uint8Array | undefined): void {
  const { headers, vectors, controls, names } = room;
  vectors.view.setBigUint64(index * IOVEC.size, room.bytesAt + BigInt(at), true);
  vectors.view.setUint32(index * IOVEC.size + IOVEC.fields.iov_len, run.byteLength, true);
  const header = index * MMSGHDR.size;
  if (name !== undefined) names.bytes.set(name, index * STORAGE.size);
  const nameAt = name === undefined ? 0n : room.namesAt + BigInt(index * STORAGE.size);
  headers.view.setBigUint64(header + HDR.msg_name, nameAt, true);
  headers.view.setUint32(header + HDR.msg_namelen, name?.length ?? 0, true);
  const control = index * CONTROL_SPACE;
  const isRun = run.count > 1;
  if (isRun) controls.view.setUint16(control + CMSG.size, run.segment, true);
  headers.view.setBigUint64(header + HDR.msg_control, isRun ? room.controlsAt + BigInt(control) : 0n, true);
  headers.view.setUint32(header + HDR.msg_controllen, isRun ? CONTROL_SPACE : 0, true);
}

/** How many messages were taken, or a negative errno. */
function pass(descriptor: Descriptor, count: number, flags: number): number {
  const { libc } = system();
  const { headers } = made as Room;
  for (let patience: Patience | undefined; ; ) {
    const taken = libc.sendmmsg(descriptor.fdFor("send"), headers.bytes, count, flags | MSG_NOSIGNAL);
    if (taken !== -EINTR) return taken;
    patience ??= new Patience(descriptor, "SO_SNDTIMEO");
    if (!patience.wait()) return -EAGAIN;
  }
}

/** What goes beside the bytes of a message: descriptors, credentials, times. Source: cmsg(3), unix(7), ip(7). */
import type { Address, SocketErrorCode } from "@omnisock/core";
import { decodeSockaddr } from "./decode-sockaddr.ts";
import { constants } from "./linux/constants.ts";
import { codes } from "./linux/errno.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block } from "./memory.ts";

const { cmsghdr: CMSG, ucred: UCRED, timespec: TIMESPEC, sock_extended_err: ERR } = layouts;
const { SOL_SOCKET, SOL_UDP, IPPROTO_IP, IPPROTO_IPV6, SCM_RIGHTS, SCM_CREDENTIALS, SCM_TIMESTAMPNS, UDP_GRO } =
  constants;
const { IP_TOS, IP_TTL, IP_RECVERR, IPV6_TCLASS, IPV6_HOPLIMIT, IPV6_RECVERR } = constants;
const FD_BYTES = 4;
/** Ancillary data is laid out in steps of so many bytes. Source: cmsg(3), CMSG_ALIGN. */
const STEP = 8;
/** Room for all of what there is but descriptors. */
const OTHERS = 256;

/** The process at the other end of a Unix socket. */
export interface Credentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** What came back for something that was sent. Source: ip(7), IP_RECVERR. */
export interface QueuedError {
  readonly code: SocketErrorCode;
  readonly errno: number;
  /** Who says so: this system itself, or ICMP. */
  readonly origin: "LOCAL" | "ICMP" | "ICMP6" | "OTHER";
  /** ICMP's type and code. */
  readonly icmpType: number;
  readonly icmpCode: number;
  /** Who sent the ICMP message. */
  readonly from: Address | undefined;
}

/** What the kernel says beside the bytes, each only when its option is on. */
export interface Notes {
  /** Who sent it: `SO_PASSCRED`. */
  readonly credentials?: Credentials;
  /** When it came, in nanoseconds since 1970: `SO_TIMESTAMPNS`. */
  readonly timestamp?: bigint;
  /** How long each of the datagrams is that the kernel has grouped, but the last: `UDP_GRO`. */
  readonly segment?: number;
  /** `IP_RECVTTL`, `IPV6_RECVHOPLIMIT`. */
  readonly hops?: number;
  /** `IP_RECVTOS`, `IPV6_RECVTCLASS`. */
  readonly trafficClass?: number;
  /** With `MSG_ERRQUEUE`: `IP_RECVERR`, `IPV6_RECVERR`. */
  readonly error?: QueuedError;
}

export interface Ancillary {
  readonly fds: readonly number[];
  readonly notes: Notes;
}

function aligned(length: number): number {
  return Math.ceil(length / STEP) * STEP;
}

/** Room for so many descriptors, and for everything else. */
export function controlRoom(fds: number): number {
  return CMSG.size + aligned(fds * FD_BYTES) + OTHERS;
}

/** undefined: nothing goes beside. */
export function encodeControl(fds: readonly number[], credentials: Credentials | undefined): Uint8Array | undefined {
  const fdSpace = fds.length === 0 ? 0 : CMSG.size + aligned(fds.length * FD_BYTES);
  const credentialSpace = credentials === undefined ? 0 : CMSG.size + aligned(UCRED.size);
  if (fdSpace + credentialSpace === 0) return undefined;
  const { bytes, view } = block(fdSpace + credentialSpace);
  if (fdSpace > 0) {
    putHeader(view, 0, fds.length * FD_BYTES, SCM_RIGHTS);
    for (const [index, fd] of fds.entries()) view.setInt32(CMSG.size + index * FD_BYTES, fd, true);
  }
  if (credentials !== undefined) {
    putHeader(view, fdSpace, UCRED.size, SCM_CREDENTIALS);
    const at = fdSpace + CMSG.size;
    view.setInt32(at + UCRED.fields.pid, credentials.pid, true);
    view.setUint32(at + UCRED.fields.uid, credentials.uid, true);
    view.setUint32(at + UCRED.fields.gid, credentials.gid, true);
  }
  return bytes;
}

function putHeader(view: DataView, at: number, length: number, type: number): void {
  view.setBigUint64(at + CMSG.fields.cmsg_len, BigInt(CMSG.size + length), true);
  view.setInt32(at + CMSG.fields.cmsg_level, SOL_SOCKET, true);
  view.setInt32(at + CMSG.fields.cmsg_type, type, true);
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the kernel has put into `control`, as far as it is known here. */
export function decodeControl(control: Block, given: number): Ancillary {
  const { view, bytes } = control;
  const fds: number[] = [];
  const notes: Writable<Notes> = {};
  const end = Math.min(given, bytes.byteLength);
  for (let at = 0; at + CMSG.size <= end; ) {
    const length = Number(view.getBigUint64(at + CMSG.fields.cmsg_len, true));
    if (length < CMSG.size) break;
    const level = view.getInt32(at + CMSG.fields.cmsg_level, true);
    const type = view.getInt32(at + CMSG.fields.cmsg_type, true);
    const data = at + CMSG.size;
    const size = Math.min(at + length, end) - data;
    if (level === SOL_SOCKET) {
      if (type === SCM_RIGHTS) fds.push(...fdsIn(view, data, size));
      if (type === SCM_CREDENTIALS && size >= UCRED.size) notes.credentials = credentialsAt(view, data);
      if (type === SCM_TIMESTAMPNS && size >= TIMESPEC.size) notes.timestamp = timeAt(view, data);
    } else if (level === SOL_UDP && type === UDP_GRO) {
      notes.segment = view.getUint16(data, true);
    } else if (level === IPPROTO_IP) {
      // Of these, IPv4 has a type of service of one byte.
      if (type === IP_TOS) notes.trafficClass = view.getUint8(data);
      if (type === IP_TTL) notes.hops = view.getInt32(data, true);
      if (type === IP_RECVERR && size >= ERR.size) notes.error = errorAt(control, data, size);
    } else if (level === IPPROTO_IPV6) {
      if (type === IPV6_TCLASS) notes.trafficClass = view.getInt32(data, true);
      if (type === IPV6_HOPLIMIT) notes.hops = view.getInt32(data, true);
      if (type === IPV6_RECVERR && size >= ERR.size) notes.error = errorAt(control, data, size);
    }
    at += aligned(length);
  }
  return { fds, notes };
}

function fdsIn(view: DataView, data: number, size: number): number[] {
  return Array.from({ length: Math.floor(size / FD_BYTES) }, (_, index) =>
    view.getInt32(data + index * FD_BYTES, true),
  );
}

export function credentialsAt(view: DataView, at: number): Credentials {
  return {
    pid: view.getInt32(at + UCRED.fields.pid, true),
    uid: view.getUint32(at + UCRED.fields.uid, true),
    gid: view.getUint32(at + UCRED.fields.gid, true),
  };
}

function timeAt(view: DataView, at: number): bigint {
  const seconds = view.getBigInt64(at + TIMESPEC.fields.tv_sec, true);
  return seconds * 1_000_000_000n + view.getBigInt64(at + TIMESPEC.fields.tv_nsec, true);
}

/** Source: linux/errqueue.h, SO_EE_ORIGIN_…. */
const ORIGINS: Readonly<Record<number, QueuedError["origin"]>> = { 1: "LOCAL", 2: "ICMP", 3: "ICMP6" };

function errorAt(control: Block, at: number, size: number): QueuedError {
  const { view } = control;
  const errno = view.getUint32(at + ERR.fields.ee_errno, true);
  const origin = ORIGINS[view.getUint8(at + ERR.fields.ee_origin)] ?? "OTHER";
  const isIcmp = origin === "ICMP" || origin === "ICMP6";
  return {
    code: codes[errno] ?? "EIO",
    errno,
    origin,
    icmpType: view.getUint8(at + ERR.fields.ee_type),
    icmpCode: view.getUint8(at + ERR.fields.ee_code),
    from: isIcmp ? decodeSockaddr(control, at + ERR.size, size - ERR.size) : undefined,
  };
}

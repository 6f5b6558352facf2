import type { Address } from "@omnisock/core";
import type { Descriptor } from "./descriptor.ts";
import { constants } from "./linux/constants.ts";
import { EINTR } from "./linux/errno.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block, holding, lengthOf } from "./memory.ts";
import { SockaddrBuffer, sockaddrOf } from "./sockaddr.ts";
import { system } from "./system.ts";

const { iovec: IOVEC, msghdr: MSGHDR, cmsghdr: CMSG } = layouts;
const { MSG_NOSIGNAL, MSG_CMSG_CLOEXEC, SOL_SOCKET, SCM_RIGHTS } = constants;
const FD_BYTES = 4;
/** Ancillary data is laid out in steps of so many bytes. Source: cmsg(3), CMSG_ALIGN. */
const STEP = 8;

/** Where the parts of a message are. */
interface Parts {
  readonly bytes: Uint8Array;
  readonly name: Uint8Array | undefined;
  readonly control: Uint8Array | undefined;
}

/** A msghdr(3) that points to the parts, and what must be held as long as it does. */
class Message {
  readonly header: Block = block(MSGHDR.size);
  readonly #vector: Block = block(IOVEC.size);
  readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
    const { bytes, name, control } = parts;
    const { libc } = system();
    const { fields } = MSGHDR;
    point(this.#vector.view, IOVEC.fields.iov_base, bytes);
    this.#vector.view.setBigUint64(IOVEC.fields.iov_len, BigInt(lengthOf(bytes)), true);
    const { view } = this.header;
    view.setBigUint64(fields.msg_iov, libc.address(this.#vector.bytes), true);
    view.setBigUint64(fields.msg_iovlen, 1n, true);
    if (name !== undefined) point(view, fields.msg_name, name);
    view.setUint32(fields.msg_namelen, name?.byteLength ?? 0, true);
    if (control !== undefined) point(view, fields.msg_control, control);
    view.setBigUint64(fields.msg_controllen, BigInt(control?.byteLength ?? 0), true);
  }

  /** Calls `call` with the header, again after each signal. */
  pass(call: (header: Uint8Array) => number): number {
    return holding(this, () => {
      for (;;) {
        const result = call(this.header.bytes);
        if (result !== -EINTR) return result;
      }
    });
  }
}

function point(view: DataView, at: number, bytes: Uint8Array): void {
  view.setBigUint64(at, lengthOf(bytes) === 0 ? 0n : system().libc.address(bytes), true);
}

/** Bytes taken, or a negative errno. The receiver gets descriptors of its own for the same files. */
export function sendWith(
  descriptor: Descriptor,
  bytes: Uint8Array,
  to: Address | undefined,
  fds: readonly number[],
  flags: number,
): number {
  const name = to && sockaddrOf(to, "send");
  const message = new Message({ bytes, name, control: fds.length === 0 ? undefined : controlOf(fds) });
  const { libc } = system();
  return message.pass((header) => libc.sendmsg(descriptor.fdFor("send"), header, flags | MSG_NOSIGNAL));
}

/** What `receiveWith()` found. */
export interface ReceivedWith {
  /** Bytes received, or a negative errno. */
  readonly result: number;
  readonly from: Address | undefined;
  /** Open here now, closed in programs that are started; the caller's to close. */
  readonly fds: readonly number[];
  /** The kernel's `MSG_…` bits about what was received. */
  readonly flags: number;
}

/** @param mostFds How many descriptors there is room for; the kernel closes those beyond. */
export function receiveWith(descriptor: Descriptor, into: Uint8Array, mostFds: number, flags: number): ReceivedWith {
  const sender = new SockaddrBuffer();
  const control = mostFds === 0 ? undefined : block(spaceFor(mostFds));
  const message = new Message({ bytes: into, name: sender.address.bytes, control: control?.bytes });
  const { libc } = system();
  const result = message.pass((header) => libc.recvmsg(descriptor.fdFor("recv"), header, flags | MSG_CMSG_CLOEXEC));
  if (result < 0) return { result, from: undefined, fds: [], flags: 0 };
  const { view } = message.header;
  sender.length.view.setUint32(0, view.getUint32(MSGHDR.fields.msg_namelen, true), true);
  const controlLength = Number(view.getBigUint64(MSGHDR.fields.msg_controllen, true));
  return {
    result,
    from: sender.decode(),
    fds: control === undefined ? [] : [...fdsIn(control, controlLength)],
    flags: view.getInt32(MSGHDR.fields.msg_flags, true),
  };
}

function aligned(length: number): number {
  return Math.ceil(length / STEP) * STEP;
}

function spaceFor(fds: number): number {
  return CMSG.size + aligned(fds * FD_BYTES);
}

function controlOf(fds: readonly number[]): Uint8Array {
  const { bytes, view } = block(spaceFor(fds.length));
  view.setBigUint64(CMSG.fields.cmsg_len, BigInt(CMSG.size + fds.length * FD_BYTES), true);
  view.setInt32(CMSG.fields.cmsg_level, SOL_SOCKET, true);
  view.setInt32(CMSG.fields.cmsg_type, SCM_RIGHTS, true);
  for (const [index, fd] of fds.entries()) view.setInt32(CMSG.size + index * FD_BYTES, fd, true);
  return bytes;
}

/** The descriptors in ancillary data, of whatever kinds that is. */
function* fdsIn({ view, bytes }: Block, given: number): Generator<number> {
  const end = Math.min(given, bytes.byteLength);
  for (let at = 0; at + CMSG.size <= end; ) {
    const length = Number(view.getBigUint64(at + CMSG.fields.cmsg_len, true));
    if (length < CMSG.size) return;
    const isRights =
      view.getInt32(at + CMSG.fields.cmsg_level, true) === SOL_SOCKET &&
      view.getInt32(at + CMSG.fields.cmsg_type, true) === SCM_RIGHTS;
    for (let fd = at + CMSG.size; isRights && fd + FD_BYTES <= Math.min(at + length, end); fd += FD_BYTES) {
      yield view.getInt32(fd, true);
    }
    at += aligned(length);
  }
}

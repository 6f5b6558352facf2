import type { Address } from "@omnisock/core";
import { type Ancillary, type Credentials, controlRoom, decodeControl, encodeControl } from "./ancillary.ts";
import type { Descriptor } from "./descriptor.ts";
import { constants } from "./linux/constants.ts";
import { EAGAIN, EINTR } from "./linux/errno.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block, holding, lengthOf } from "./memory.ts";
import { Patience, type TimeLimit } from "./patience.ts";
import { SockaddrBuffer, sockaddrOf } from "./sockaddr.ts";
import { system } from "./system.ts";

const { iovec: IOVEC, msghdr: MSGHDR } = layouts;
const { MSG_NOSIGNAL, MSG_CMSG_CLOEXEC, MSG_CTRUNC } = constants;

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

  /** Calls `call` with the header, again after each signal, within the time that `limit` gives. */
  pass(descriptor: Descriptor, limit: TimeLimit, call: (header: Uint8Array) => number): number {
    return holding(this, () => {
      for (let patience: Patience | undefined; ; ) {
        const result = call(this.header.bytes);
        if (result !== -EINTR) return result;
        patience ??= new Patience(descriptor, limit);
        if (!patience.wait()) return -EAGAIN;
      }
    });
  }
}

function point(view: DataView, at: number, bytes: Uint8Array): void {
  view.setBigUint64(at, lengthOf(bytes) === 0 ? 0n : system().libc.address(bytes), true);
}

/** What goes, and where to. */
export interface Outbound {
  readonly bytes: Uint8Array;
  /** Numeric. */
  readonly to: Address | undefined;
  readonly fds: readonly number[];
  readonly credentials: Credentials | undefined;
}

/** Bytes taken, or a negative errno. The receiver gets descriptors of its own for the same files. */
export function sendWith(descriptor: Descriptor, { bytes, to, fds, credentials }: Outbound, flags: number): number {
  const name = to && sockaddrOf(to, "send");
  const message = new Message({ bytes, name, control: encodeControl(fds, credentials) });
  const { libc } = system();
  const send = (header: Uint8Array): number => libc.sendmsg(descriptor.fdFor("send"), header, flags | MSG_NOSIGNAL);
  return message.pass(descriptor, "SO_SNDTIMEO", send);
}

/** What `receiveWith()` found. */
export interface ReceivedWith extends Ancillary {
  /** Bytes received, or a negative errno. */
  readonly result: number;
  readonly from: Address | undefined;
  /** The kernel's `MSG_…` bits about what was received. */
  readonly flags: number;
}

/**
 * Receives bytes and what came beside them. Descriptors are open here then, closed in programs that are started, and the
 * caller's to close.
 *
 * @param mostFds How many descriptors are wanted; those beyond are closed.
 */
export function receiveWith(descriptor: Descriptor, into: Uint8Array, mostFds: number, flags: number): ReceivedWith {
  const sender = new SockaddrBuffer();
  const control = block(controlRoom(mostFds));
  const message = new Message({ bytes: into, name: sender.address.bytes, control: control.bytes });
  const { libc } = system();
  const receive = (header: Uint8Array): number =>
    libc.recvmsg(descriptor.fdFor("recv"), header, flags | MSG_CMSG_CLOEXEC);
  const result = message.pass(descriptor, "SO_RCVTIMEO", receive);
  if (result < 0) return { result, from: undefined, fds: [], notes: {}, flags: 0 };
  const { view } = message.header;
  sender.length.view.setUint32(0, view.getUint32(MSGHDR.fields.msg_namelen, true), true);
  const { fds, notes } = decodeControl(control, Number(view.getBigUint64(MSGHDR.fields.msg_controllen, true)));
  const kept = fds.slice(0, mostFds);
  for (const fd of fds.slice(mostFds)) libc.close(fd);
  const told = view.getInt32(MSGHDR.fields.msg_flags, true) | (kept.length < fds.length ? MSG_CTRUNC : 0);
  return { result, from: sender.decode(), fds: kept, notes, flags: told };
}

import type { Address } from "@omnisock/core";
import type { Descriptor } from "./descriptor.ts";
import { constants } from "./linux/constants.ts";
import { EINTR } from "./linux/errno.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block, holding, lengthOf } from "./memory.ts";
import { sockaddrOf } from "./sockaddr.ts";
import { system } from "./system.ts";

const { iovec: IOVEC, mmsghdr: MMSGHDR } = layouts;
const { fields: HDR } = layouts.msghdr;
/** How many datagrams go with one call. */
const MOST = 64;

/** Room for one call's headers, made once: each call is over before the next begins. */
let room: { readonly headers: Block; readonly vectors: Block } | undefined;

function makeRoom(): NonNullable<typeof room> {
  const headers = block(MOST * MMSGHDR.size);
  const vectors = block(MOST * IOVEC.size);
  const first = system().libc.address(vectors.bytes);
  for (let index = 0; index < MOST; index++) {
    const at = index * MMSGHDR.size;
    headers.view.setBigUint64(at + HDR.msg_iov, first + BigInt(index * IOVEC.size), true);
    headers.view.setBigUint64(at + HDR.msg_iovlen, 1n, true);
  }
  return { headers, vectors };
}

interface Addressed {
  readonly bytes: Uint8Array;
  readonly to: Address;
}

/**
 * Sends in order, as many as the kernel takes now; how many. What stops it is not said: sending the next alone tells.
 *
 * @param isConnected The kernel knows where to.
 *
 * Source: sendmmsg(2).
 */
export function sendBatch(descriptor: Descriptor, datagrams: readonly Addressed[], isConnected: boolean): number {
  let sent = 0;
  while (sent < datagrams.length) {
    const batch = datagrams.slice(sent, sent + MOST);
    const taken = sendOnce(descriptor, batch, isConnected);
    if (taken > 0) sent += taken;
    if (taken < batch.length) break;
  }
  return sent;
}

function sendOnce(descriptor: Descriptor, batch: readonly Addressed[], isConnected: boolean): number {
  room ??= makeRoom();
  const { headers, vectors } = room;
  const { libc } = system();
  const names = batch.map(({ to }) => (isConnected ? undefined : sockaddrOf(to, "send")));
  return holding([batch, names], () => {
    for (const [index, { bytes }] of batch.entries()) {
      const vector = index * IOVEC.size;
      const length = lengthOf(bytes);
      vectors.view.setBigUint64(vector, length === 0 ? 0n : libc.address(bytes), true);
      vectors.view.setBigUint64(vector + IOVEC.fields.iov_len, BigInt(length), true);
      const name = names[index];
      const header = index * MMSGHDR.size;
      headers.view.setBigUint64(header + HDR.msg_name, name === undefined ? 0n : libc.address(name), true);
      headers.view.setUint32(header + HDR.msg_namelen, name?.byteLength ?? 0, true);
    }
    for (;;) {
      const taken = libc.sendmmsg(descriptor.fdFor("send"), headers.bytes, batch.length, constants.MSG_NOSIGNAL);
      if (taken !== -EINTR) return taken;
    }
  });
}

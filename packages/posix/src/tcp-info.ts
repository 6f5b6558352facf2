import { SocketError } from "@omnisock/core";
import type { Descriptor } from "./descriptor.ts";
import { checked } from "./failure.ts";
import { constants } from "./linux/constants.ts";
import { tcpInfo } from "./linux/layouts.ts";
import { block } from "./memory.ts";
import { system } from "./system.ts";

/** By the kernel's number. Source: linux/net/tcp_states.h. */
const STATES = [
  "CLOSE",
  "ESTABLISHED",
  "SYN_SENT",
  "SYN_RECV",
  "FIN_WAIT1",
  "FIN_WAIT2",
  "TIME_WAIT",
  "CLOSE",
  "CLOSE_WAIT",
  "LAST_ACK",
  "LISTEN",
  "CLOSING",
] as const;

/** The kernel's own name for where a TCP socket is in its life. */
export type TcpState = (typeof STATES)[number];

/** What the kernel knows of a TCP connection. Source: tcp(7), TCP_INFO. */
export interface TcpInfo {
  readonly state: TcpState;
  /** The smoothed round-trip time, in microseconds. */
  readonly rttMicroseconds: number;
  /** How far it varies, in microseconds. */
  readonly rttVariationMicroseconds: number;
  /** How many segments may be on their way at once. */
  readonly congestionWindow: number;
  /** How many segments are on their way. */
  readonly unacknowledged: number;
  /** How many segments were sent again, ever. */
  readonly retransmitted: number;
}

/** @throws {SocketError} `ENOPROTOOPT` or `EOPNOTSUPP`: not a TCP socket. */
export function tcpInfoOf(descriptor: Descriptor): TcpInfo {
  const { size, fields } = tcpInfo;
  const { bytes, view } = block(size);
  const length = block(4);
  length.view.setUint32(0, size, true);
  const fd = descriptor.fdFor("getsockopt");
  const { libc } = system();
  checked(libc.getsockopt(fd, constants.IPPROTO_TCP, constants.TCP_INFO, bytes, length.bytes), "getsockopt");
  const state = STATES[view.getUint8(fields.tcpi_state)];
  if (state === undefined) throw new SocketError("EIO", "getsockopt", { option: "TCP_INFO" });
  return {
    state,
    rttMicroseconds: view.getUint32(fields.tcpi_rtt, true),
    rttVariationMicroseconds: view.getUint32(fields.tcpi_rttvar, true),
    congestionWindow: view.getUint32(fields.tcpi_snd_cwnd, true),
    unacknowledged: view.getUint32(fields.tcpi_unacked, true),
    retransmitted: view.getUint32(fields.tcpi_total_retrans, true),
  };
}

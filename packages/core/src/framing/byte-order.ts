import { wholeNumber } from "./codec.ts";

/** Whether this machine keeps the lowest byte of a number first. */
const IS_LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * A 16-bit number of this machine in network order: as the bytes that it is on the wire, read by this machine.
 *
 * To write numbers to bytes, `ByteWriter` and `DataView` need no such detour; this is for values laid out by others.
 *
 * @param host A whole number from 0 to 65535.
 * @throws {TypeError} `host` is no number.
 * @throws {RangeError} `host` is out of range.
 *
 * Source: htons(3).
 *
 * @example
 * ```ts
 * htons(0x0102); // 0x0201 on a little-endian machine, 0x0102 on a big-endian one
 * ```
 */
export function htons(host: number): number {
  const value = wholeNumber("A 16-bit number", host, 0, 0xffff);
  return IS_LITTLE_ENDIAN ? ((value & 0xff) << 8) | (value >>> 8) : value;
}

/**
 * A 32-bit number of this machine in network order.
 *
 * @param host A whole number from 0 to 4294967295.
 * @throws As `htons()`.
 *
 * Source: htonl(3).
 */
export function htonl(host: number): number {
  const value = wholeNumber("A 32-bit number", host, 0, 0xffffffff);
  if (!IS_LITTLE_ENDIAN) return value;
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/**
 * A 16-bit number in network order as this machine's.
 *
 * @throws As `htons()`.
 *
 * Source: ntohs(3).
 */
export function ntohs(network: number): number {
  return htons(network);
}

/**
 * A 32-bit number in network order as this machine's.
 *
 * @throws As `htons()`.
 *
 * Source: ntohl(3).
 */
export function ntohl(network: number): number {
  return htonl(network);
}

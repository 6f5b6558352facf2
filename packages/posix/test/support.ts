/** What tests of both faces use. */
import { InternetAddress } from "@omnisock/core";

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
export const read = (bytes: Uint8Array, length: number = bytes.length): string =>
  new TextDecoder().decode(bytes.subarray(0, length));

export const loopback: InternetAddress = new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0);

/** The code of the error that a call throws, or rejects with. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
  return "nothing thrown";
}

/** Bytes whose memory is gone. */
export function detached(): Uint8Array {
  const bytes = new Uint8Array(64);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

/** Says that it is longer than it is. */
export class Boaster extends Uint8Array {
  override get byteLength(): number {
    return 1 << 20;
  }
  override get length(): number {
    return 1 << 20;
  }
}

/** The few assertions that cases need; they use no test framework, so that any runtime can run them. */
import { type Socket, SocketError, type SocketErrorCode } from "@omnisock/core";

/** @throws {Error} `actual` is not `expected`, by Object.is. */
export function equal<T>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, saw ${show(actual)}`);
}

/** @throws {Error} The two differ, in length or in a byte. */
export function equalBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  equal(actual.byteLength, expected.byteLength, `${what}, bytes`);
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  if (at !== -1) throw new Error(`${what}: byte ${at} is ${actual[at]}, expected ${expected[at]}`);
}

/** @throws {Error} `call` did not fail with a SocketError of this code. */
export async function fails(
  call: Promise<unknown> | (() => unknown),
  code: SocketErrorCode,
  what: string,
): Promise<SocketError> {
  const error = await failure(call, what);
  if (error instanceof SocketError && error.code === code) return error;
  throw new Error(`${what}: expected SocketError ${code}, saw ${show(error)}`, { cause: error });
}

/** @throws {Error} `call` did not fail with an error of this class. */
export async function failsWith(
  call: Promise<unknown> | (() => unknown),
  kind: new (message: string) => Error,
  what: string,
): Promise<void> {
  const error = await failure(call, what);
  if (!(error instanceof kind)) throw new Error(`${what}: expected ${kind.name}, saw ${show(error)}`, { cause: error });
}

async function failure(call: Promise<unknown> | (() => unknown), what: string): Promise<unknown> {
  let result: unknown;
  try {
    result = await (typeof call === "function" ? call() : call);
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: expected a failure, saw ${show(result)}`);
}

/** Everything until the end of the stream. */
export async function receiveAll(socket: Socket): Promise<Uint8Array> {
  const into = new Uint8Array(65536);
  const parts: Uint8Array[] = [];
  for (;;) {
    const count = await socket.receive(into);
    if (count === 0) return concat(parts);
    parts.push(into.slice(0, count));
  }
}

/** Exactly `byteLength` bytes. @throws {Error} The stream ended before. */
export async function receiveExactly(socket: Socket, byteLength: number): Promise<Uint8Array> {
  const into = new Uint8Array(byteLength);
  for (let filled = 0; filled < byteLength; ) {
    const count = await socket.receive(into.subarray(filled));
    if (count === 0) throw new Error(`The stream ended after ${filled} of ${byteLength} bytes`);
    filled += count;
  }
  return into;
}

/** Bytes that differ from their neighbours, so that a lost or doubled one shows. */
export function pattern(byteLength: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: byteLength }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(received: Uint8Array): string {
  return new TextDecoder().decode(received);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

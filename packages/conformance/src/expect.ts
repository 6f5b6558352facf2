/** The few assertions that cases need; they use no test framework, so that any runtime can run them. */
import { SocketError, type SocketErrorCode } from "@omnisock/core";

/** @throws {Error} `actual` is not `expected`, by Object.is. */
export function equal<T>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, saw ${show(actual)}`);
}

/** @throws {Error} The two are not the same value, or objects that JSON tells apart. */
export function equalValues(actual: unknown, expected: unknown, what: string): void {
  equal(JSON.stringify(actual), JSON.stringify(expected), what);
}

/** @throws {Error} The two differ, in length or in a byte. */
export function equalBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  equal(actual.byteLength, expected.byteLength, `${what}, bytes`);
  for (let at = 0; at < expected.byteLength; at++) {
    if (actual[at] !== expected[at]) throw new Error(`${what}: byte ${at} is ${actual[at]}, expected ${expected[at]}`);
  }
}

/** @throws {Error} `call` did not fail with a SocketError of this code. */
export async function fails(
  call: Promise<unknown> | (() => unknown),
  code: SocketErrorCode,
  what: string,
): Promise<SocketError> {
  return failsWithAny(call, [code], what);
}

/** @throws {Error} `call` did not fail with a SocketError of one of these codes. */
export async function failsWithAny(
  call: Promise<unknown> | (() => unknown),
  codes: readonly SocketErrorCode[],
  what: string,
): Promise<SocketError> {
  const error = await failure(call, what);
  if (error instanceof SocketError && codes.includes(error.code)) return error;
  throw new Error(`${what}: expected SocketError ${codes.join(" or ")}, saw ${show(error)}`, { cause: error });
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

/** @throws {Error} `call` did not fail with this very value: the reason of a signal. */
export async function failsAs(call: Promise<unknown>, reason: unknown, what: string): Promise<void> {
  equal(await failure(call, what), reason, what);
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

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

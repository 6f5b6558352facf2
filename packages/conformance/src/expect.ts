/** The few assertions that cases need; they use no test framework, so that any runtime can run them. */
import { SocketError, type SocketErrorCode } from "@omnisock/core";

/** How much of a long value a failure shows, in characters. */
const MOST_SHOWN = 200;

/** Something else was seen than the behaviour under test. */
export class Unexpected extends Error {
  override readonly name = "Unexpected";
  /** What was expected of what, as text. */
  readonly expected: string;
  readonly seen: string;

  constructor(what: string, expected: string, seen: string, options?: ErrorOptions) {
    super(`${what}: expected ${expected}, saw ${seen}`, options);
    this.expected = `${what}: ${expected}`;
    this.seen = seen;
  }
}

/** @throws {Unexpected} `actual` is not `expected`, by Object.is. */
export function equal<T>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected)) throw new Unexpected(what, show(expected), show(actual));
}

/** @throws {Unexpected} The two are not the same value, or objects that JSON tells apart. */
export function equalValues(actual: unknown, expected: unknown, what: string): void {
  equal(JSON.stringify(actual), JSON.stringify(expected), what);
}

/** @throws {Unexpected} The two differ, in length or in a byte. */
export function equalBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  equal(actual.byteLength, expected.byteLength, `${what}, bytes`);
  for (let at = 0; at < expected.byteLength; at++) {
    if (actual[at] !== expected[at]) throw new Unexpected(`${what}, byte ${at}`, `${expected[at]}`, `${actual[at]}`);
  }
}

/** @throws {Unexpected} `call` did not fail with a SocketError of this code. */
export async function fails(
  call: Promise<unknown> | (() => unknown),
  code: SocketErrorCode,
  what: string,
): Promise<SocketError> {
  return failsWithAny(call, [code], what);
}

/** @throws {Unexpected} `call` did not fail with a SocketError of one of these codes. */
export async function failsWithAny(
  call: Promise<unknown> | (() => unknown),
  codes: readonly SocketErrorCode[],
  what: string,
): Promise<SocketError> {
  const error = await failure(call, what);
  if (error instanceof SocketError && codes.includes(error.code)) return error;
  throw new Unexpected(what, `SocketError ${codes.join(" or ")}`, show(error), { cause: error });
}

/** @throws {Unexpected} `call` did not fail with an error of this class. */
export async function failsWith(
  call: Promise<unknown> | (() => unknown),
  kind: new (message: string) => Error,
  what: string,
): Promise<void> {
  const error = await failure(call, what);
  if (!(error instanceof kind)) throw new Unexpected(what, kind.name, show(error), { cause: error });
}

/** @throws {Unexpected} `call` did not fail with this very value: the reason of a signal. */
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
  throw new Unexpected(what, "a failure", show(result));
}

/** A value as a failure shows it: of an error, also what caused it. */
export function show(value: unknown): string {
  if (value instanceof Error) {
    const cause = value.cause === undefined ? "" : ` [cause: ${show(value.cause)}]`;
    return `${value.name}: ${value.message}${cause}`;
  }
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}… (${text.length} characters)`;
}

/** Memory for the kernel: a buffer and the view by which numbers get in and out of it. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function block(size: number): Block {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

const held: unknown[] = [];

/** Calls `call` while memory stays where it is to which other memory only points: that alone would not keep it alive. */
export function holding<T>(memory: unknown, call: () => T): T {
  held.push(memory);
  try {
    return call();
  } finally {
    held.pop();
  }
}

const lengthGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "byteLength")
  ?.get as (this: Uint8Array) => number;

/**
 * How many bytes there really are: a subclass could say otherwise, and the kernel would write beyond.
 *
 * @throws {TypeError} It is no typed array, whatever its prototype.
 */
export function lengthOf(bytes: Uint8Array): number {
  return lengthGetter.call(bytes);
}

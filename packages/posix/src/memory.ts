/** Memory for the kernel: a buffer and the view by which numbers get in and out of it. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function block(size: number): Block {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

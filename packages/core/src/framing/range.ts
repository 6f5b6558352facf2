/** @throws {RangeError} `start` and `end` are no range of `bytes`. */
export function checkRange(bytes: Uint8Array, start: number, end: number): void {
  const isRange = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= bytes.length;
  if (!isRange) throw noPart(bytes, start, end);
}

function noPart(bytes: Uint8Array, start: number, end: number): RangeError {
  return new RangeError(`Of ${bytes.length} bytes, those from ${start} to before ${end} are no part`);
}

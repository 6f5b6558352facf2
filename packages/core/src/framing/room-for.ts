/** What a frame that spans chunks is given room for at once, whatever length it announces. */
const FIRST_ROOM_BYTES = 1024;
/** The least room, so that a header in two pieces does not cost two buffers. */
const LEAST_ROOM_BYTES = 128;
/** How many times what is there a frame is given room for, at most: measured, 4 costs half of 2 on Deno. */
const GROWTH = 4;

/**
 * How many bytes to make room for when `present` of the `need` that a frame has are there.
 *
 * It grows in steps of equal ratio: before a last step that is small, all that came before would be copied once more.
 */
export function roomFor(need: number, present: number): number {
  const wanted = Math.max(need, LEAST_ROOM_BYTES);
  const from = Math.max(present, FIRST_ROOM_BYTES / GROWTH);
  if (wanted <= from * GROWTH) return wanted;
  const steps = Math.ceil(Math.log(wanted / from) / Math.log(GROWTH));
  return Math.min(Math.ceil(from * (wanted / from) ** (1 / steps)), from * GROWTH);
}

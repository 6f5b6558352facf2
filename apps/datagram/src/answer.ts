/** What the server answers; with a number where there are several, to tell which of them arrived. */
export function answer(number: number | undefined): string {
  return `Hello from UDP server!${number === undefined ? "" : ` (answer ${number})`}`;
}

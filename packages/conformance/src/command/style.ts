/** Colours, where they are wanted. */
export type Paint = (colour: keyof typeof COLOURS, text: string) => string;

const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

interface Terminal {
  readonly isTTY?: boolean;
}

/** Source: https://no-color.org */
export function paintFor(terminal: Terminal, environment: NodeJS.ProcessEnv): Paint {
  const { NO_COLOR = "", TERM } = environment;
  if (terminal.isTTY !== true || NO_COLOR !== "" || TERM === "dumb") return (_, text) => text;
  return (colour, text) => `\x1b[${COLOURS[colour]}m${text}\x1b[0m`;
}

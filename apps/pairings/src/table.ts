/** A table whose rows fill in: live on a terminal, one plain line a row elsewhere. */

export interface Column {
  readonly title: string;
  /** In characters; longer text is not cut. */
  readonly width: number;
  readonly align: "left" | "right";
}

export interface Screen {
  write(text: string): unknown;
  /** Whether what is written can be drawn over. */
  readonly live: boolean;
  readonly colour: boolean;
}

export interface Table {
  /** Shows new text in a row; `final` says that there will be no more. */
  set(row: number, cells: readonly string[], final: boolean): void;
}

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What `terminal` can show of a table with `rows` rows of `columns`. It may be a file or a pipe. */
export function screenFor(
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
  columns: readonly Column[],
  rows: number,
): Screen {
  const { TERM, NO_COLOR } = environment;
  const { isTTY = false } = terminal;
  const smart = isTTY && TERM !== "dumb";
  // A row that wraps, or that has scrolled away, cannot be drawn over.
  const fits = (terminal.columns ?? 0) > widthOf(columns) && (terminal.rows ?? 0) > rows + 2;
  return {
    write: (text) => terminal.write(text),
    live: smart && fits,
    colour: smart && (NO_COLOR === undefined || NO_COLOR === ""),
  };
}

/** Prints the heading, and on a live screen the rows as they are now. */
export function openTable(screen: Screen, columns: readonly Column[], rows: readonly (readonly string[])[]): Table {
  const print = (cells: readonly string[]) => screen.write(`${lineOf(cells, columns, screen)}\n`);
  print(columns.map(({ title }) => title));
  if (!screen.live) {
    return {
      set(_row, cells, final) {
        if (final) print(cells);
      },
    };
  }

  for (const cells of rows) print(cells);
  return {
    set(row, cells) {
      const up = rows.length - row;
      screen.write(`\x1b[${up}A\x1b[2K${lineOf(cells, columns, screen)}\x1b[${up}B\r`);
    },
  };
}

const GAP = "  ";

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP.length, 0);
}

function lineOf(cells: readonly string[], columns: readonly Column[], { colour }: Screen): string {
  const padded = columns.map(({ width, align }, at) => {
    const text = cells[at] ?? "";
    const padding = " ".repeat(Math.max(0, width - text.length));
    const painted = colour ? paint(text) : text;
    return align === "left" ? painted + padding : padding + painted;
  });
  return padded.join(GAP).trimEnd();
}

const GREEN = 32;
const RED = 31;
const YELLOW = 33;
const COLOURS: { readonly [text: string]: number } = {
  differs: RED,
  failed: RED,
  ok: GREEN,
  running: YELLOW,
  same: GREEN,
  stopped: YELLOW,
};

function paint(text: string): string {
  const colour = Object.hasOwn(COLOURS, text) ? COLOURS[text] : undefined;
  return colour === undefined ? text : `\x1b[${colour}m${text}\x1b[39m`;
}

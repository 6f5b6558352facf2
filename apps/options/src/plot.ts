/** Plain text for a terminal. */

const WIDTH = 40;

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
}

/** A line each: label, bar, number. The longest bar is the greatest value. */
export function bars(all: readonly Bar[]): string[] {
  const widest = Math.max(...all.map(({ label }) => label.length));
  const greatest = Math.max(...all.map(({ value }) => value), Number.MIN_VALUE);
  return all.map(({ label, value, unit }) => {
    const bar = "█".repeat(Math.max(1, Math.round((value / greatest) * WIDTH)));
    return `${label.padEnd(widest)}  ${bar.padEnd(WIDTH)}  ${value.toFixed(value < 10 ? 2 : 0)} ${unit}`;
  });
}

/** Columns as wide as what is in them. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

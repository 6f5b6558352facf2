/** The conformance matrix as a picture, for who looks before reading. It is legible on light pages and on dark ones. */
import type { Report } from "../packages/conformance/src/report/report.ts";
import { type Cell, type MatrixRow, matrixRows } from "./matrix.ts";

const [LABEL_WIDTH, COLUMN_WIDTH, HEAD_HEIGHT, ROW_HEIGHT, LEGEND_HEIGHT] = [210, 82, 44, 17, 34];
const [MARK_WIDTH, MARK_HEIGHT, STRIPE_WIDTH] = [54, 11, 12];

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #333 }
    .pass { fill: #2da44e } .fail { fill: #d1242f } .known-bug { fill: #e3a008 } .unsupported { fill: #b0b8c1 }
    @media (prefers-color-scheme: dark) { text { fill: #d0d7de } .unsupported { fill: #57606a } }`;

const LEGEND = [
  ["pass", "every case passes"],
  ["unsupported", "unsupported, and told so"],
  ["known-bug", "a known bug of the runtime's compatibility layer"],
] as const;

/** Nothing in it changes from run to run, and new cases that pass do not change it. */
export function matrixPicture(report: Report): string {
  const rows = matrixRows(report);
  const width = LABEL_WIDTH + report.columns.length * COLUMN_WIDTH;
  const height = HEAD_HEIGHT + rows.length * ROW_HEIGHT + LEGEND_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    "  <title>Conformance of each adapter on each runtime, by topic</title>",
    `  <style>${STYLE}\n  </style>`,
    ...report.columns.flatMap(({ adapter, version }, at) => headOf(adapter, version, columnAt(at) + COLUMN_WIDTH / 2)),
    ...rows.flatMap((row, at) => linesOf(row, HEAD_HEIGHT + at * ROW_HEIGHT)),
    ...LEGEND.flatMap(([kind, meaning], at) => legendOf(kind, meaning, at * 240, height - LEGEND_HEIGHT / 2)),
    "</svg>\n",
  ].join("\n");
}

function columnAt(at: number): number {
  return LABEL_WIDTH + at * COLUMN_WIDTH;
}

function headOf(adapter: string, version: string, middle: number): string[] {
  const line = (y: number, text: string, more = ""): string =>
    `  <text x="${middle}" y="${y}" text-anchor="middle"${more}>${escaped(text)}</text>`;
  return [line(14, adapter, ' font-weight="600"'), line(30, version)];
}

function linesOf({ topic, cells }: MatrixRow, top: number): string[] {
  return [
    `  <text x="0" y="${top + MARK_HEIGHT}">${escaped(topic)}</text>`,
    ...cells.flatMap((cell, at) => markOf(cell, columnAt(at) + (COLUMN_WIDTH - MARK_WIDTH) / 2, top + 1)),
  ];
}

/** What most cases came to, and a stripe for each other outcome. */
function markOf({ cases, counts }: Cell, x: number, y: number): string[] {
  if (cases === 0) return [];
  const whole = counts.fail > 0 ? "fail" : counts.unsupported === cases ? "unsupported" : "pass";
  const stripes = (["unsupported", "known-bug"] as const).filter((kind) => kind !== whole && counts[kind] > 0);
  return [
    mark(whole, x, y, MARK_WIDTH),
    ...stripes.map((kind, at) => mark(kind, x + MARK_WIDTH - (at + 1) * STRIPE_WIDTH, y, STRIPE_WIDTH)),
  ];
}

function legendOf(kind: (typeof LEGEND)[number][0], meaning: string, x: number, y: number): string[] {
  return [
    mark(kind, x, y, STRIPE_WIDTH),
    `  <text x="${x + STRIPE_WIDTH + 6}" y="${y + MARK_HEIGHT - 1}">${meaning}</text>`,
  ];
}

function mark(kind: string, x: number, y: number, width: number): string {
  return `  <rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${MARK_HEIGHT}" rx="2"/>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

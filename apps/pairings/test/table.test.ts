import { describe, expect, test } from "vitest";
import { type Column, openTable, screenFor } from "../src/table.ts";

const COLUMNS: readonly Column[] = [
  { title: "name", width: 5, align: "left" },
  { title: "state", width: 7, align: "left" },
  { title: "bytes", width: 5, align: "right" },
];
const ROWS = [
  ["one", "waiting"],
  ["two", "waiting"],
];
const ESC = "\x1b";
const TOKEN = new RegExp(`${ESC}\\[(?:(\\d+)A|(\\d+)B|2K|\\d+m)|[^]`, "g");

/** What is written, and how a terminal shows it: a line an entry, colours left out. */
function paper() {
  const lines = [""];
  let row = 0;
  const result = {
    text: "",
    lines,
    write(text: string) {
      result.text += text;
      for (const [token, up, down] of text.matchAll(TOKEN)) {
        if (up !== undefined) row -= Number(up);
        else if (down !== undefined) row += Number(down);
        else if (token === `${ESC}[2K`) lines[row] = "";
        else if (token === "\n") lines[++row] ??= "";
        else if (token !== "\r" && !token.startsWith(ESC)) lines[row] += token;
      }
    },
  };
  return result;
}

const TERMINAL = { write: () => {}, isTTY: true, columns: 80, rows: 24 };

describe("screenFor()", () => {
  const screen = (terminal: object, environment: NodeJS.ProcessEnv = {}) => {
    const { live, colour } = screenFor({ ...TERMINAL, ...terminal }, environment, COLUMNS, ROWS.length);
    return { live, colour };
  };

  test("a terminal is live and coloured", () => {
    expect(screen({})).toEqual({ live: true, colour: true });
  });

  test("a pipe is neither", () => {
    expect(screen({ isTTY: undefined, columns: undefined, rows: undefined })).toEqual({ live: false, colour: false });
  });

  test("a dumb terminal is neither", () => {
    expect(screen({}, { TERM: "dumb" })).toEqual({ live: false, colour: false });
  });

  test("NO_COLOR turns colours off, unless it is empty", () => {
    expect(screen({}, { NO_COLOR: "1" })).toEqual({ live: true, colour: false });
    expect(screen({}, { NO_COLOR: "" })).toEqual({ live: true, colour: true });
  });

  test("a terminal too small for the table is not drawn over", () => {
    expect(screen({ rows: 4 }).live).toBe(false);
    expect(screen({ columns: 20 }).live).toBe(false);
  });
});

describe("openTable()", () => {
  test("plain: a line a final row, no escape codes", () => {
    const out = paper();
    const table = openTable({ write: out.write, live: false, colour: false }, COLUMNS, ROWS);
    table.set(0, ["one", "running", "1"], false);
    table.set(0, ["one", "ok", "123"], true);
    table.set(1, ["two", "failed", "45678"], true);
    expect(out.text).toBe(["name   state    bytes", "one    ok         123", "two    failed   45678", ""].join("\n"));
  });

  test("live: every row is there from the start, and is drawn over in place", () => {
    const out = paper();
    const table = openTable({ write: out.write, live: true, colour: false }, COLUMNS, ROWS);
    expect(out.lines).toEqual(["name   state    bytes", "one    waiting", "two    waiting", ""]);
    table.set(0, ["one", "running", "1"], false);
    expect(out.lines).toEqual(["name   state    bytes", "one    running      1", "two    waiting", ""]);
    table.set(1, ["two", "ok", "2"], true);
    table.set(0, ["one", "ok"], true);
    expect(out.lines).toEqual(["name   state    bytes", "one    ok", "two    ok           2", ""]);
  });

  test("live: what is written next goes below", () => {
    const out = paper();
    openTable({ write: out.write, live: true, colour: true }, COLUMNS, ROWS).set(0, ["one", "ok"], true);
    out.write("below\n");
    expect(out.lines.slice(3)).toEqual(["below", ""]);
  });

  test("colours do not shift the columns", () => {
    const out = paper();
    const table = openTable({ write: out.write, live: true, colour: true }, COLUMNS, ROWS);
    table.set(0, ["one", "failed", "1"], true);
    expect(out.text).toContain(`${ESC}[31mfailed${ESC}[39m`);
    expect(out.lines[1]).toBe("one    failed       1");
  });
});

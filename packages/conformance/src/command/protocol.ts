/** What the command and its workers say to each other: JSON, a line a message, on the worker's standard input and output. A worker puts a mark before each, told by the command. */
import type { ColumnReport, TopicReport } from "../report/report.ts";

/** Command → worker: run this case. The worker ends when its input does. */
export interface Request {
  readonly run: string;
  /** Longest time the case may take, in milliseconds; none: its own. */
  readonly limit: number | undefined;
}

/** Worker → command, once: what it can run. */
export interface Ready extends Pick<ColumnReport, "supports" | "options"> {
  readonly type: "ready";
  readonly topics: readonly TopicReport[];
  /** Longest time of the cases, by id, in milliseconds. */
  readonly limits: { readonly [id: string]: number };
}

/** Worker → command, instead of `Ready`: the adapter did not load. */
interface Unusable {
  readonly type: "unusable";
  readonly reason: string;
}

/** Worker → command: what a case came to. */
export interface Ran {
  readonly type: "ran";
  readonly id: string;
  readonly outcome: "pass" | "fail" | "unsupported";
  readonly ms: number;
  /** Of a failure. */
  readonly expected?: string;
  readonly seen?: string;
  /** Of "unsupported": what asking for it gives. */
  readonly note?: string;
  /** Something of the case may still run: the worker is not to be used any more. */
  readonly isSpoilt?: true;
}

export type Message = Ready | Unusable | Ran;

/** A line of a worker's output: what the adapter or the runtime printed, perhaps without an end of line, and a message. */
export function parseLine(line: string, mark: string): { readonly printed: string; readonly message?: Message } {
  const at = line.indexOf(mark);
  if (at === -1) return { printed: `${line}\n` };
  try {
    return { printed: line.slice(0, at), message: JSON.parse(line.slice(at + mark.length)) as Message };
  } catch {
    return { printed: `${line}\n` };
  }
}

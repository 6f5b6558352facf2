import { SocketError } from "@omnisock/core";
import { checkTimeout } from "../arguments.ts";
import type { Descriptor } from "../descriptor.ts";
import { constants } from "../linux/constants.ts";
import { pollAll } from "../poll.ts";
import { Socket } from "./socket.ts";
import { SocketSet } from "./socket-set.ts";
import { descriptorOf } from "./system-socket.ts";

const { POLLIN, POLLOUT, POLLPRI, POLLERR, POLLHUP, POLLNVAL } = constants;

const ALL_EVENTS = POLLIN | POLLOUT | POLLPRI | POLLERR | POLLHUP | POLLNVAL;

/** What select(2) makes of poll(2)'s events, in each of its sets. Source: Linux, fs/select.c. */
const SETS = [
  { events: POLLIN, ready: POLLIN | POLLERR | POLLHUP },
  { events: POLLOUT, ready: POLLOUT | POLLERR },
  { events: POLLPRI, ready: POLLPRI },
] as const;

/** What `select()` watches in one direction; null stands for nothing. */
export type Selection = SocketSet | Socket[] | null | undefined;

export interface SelectOptions {
  /** Longest wait in milliseconds, 0 to 2147483647, or Infinity; 0 only looks. Default: no limit. */
  readonly timeout?: number | undefined;
}

/**
 * Waits in the thread until a call on one of the sockets would not wait.
 *
 * After it the sets and arrays hold what is ready. The third are those with an exceptional condition: urgent data to be
 * received with `MSG_OOB`. There is no limit to how many, nor to their numbers.
 *
 * @returns How many are ready, over all three; 0 when the timeout passed.
 * @throws {SocketError} `EBADF`: one of them is closed, or somebody else closed its descriptor; the sets are as they were.
 * @throws {TypeError | RangeError} A selection holds something else, or the timeout is out of range.
 *
 * Source: select(2), by way of poll(2).
 *
 * @example
 * ```ts
 * const readable = [listener, client];
 * if (select(readable, null, null, { timeout: 5000 }) === 0) console.log("Select timed out.");
 * else if (readable.includes(listener)) listener.accept();
 * ```
 */
export function select(read: Selection, write?: Selection, error?: Selection, options?: SelectOptions): number {
  const timeout = checkTimeout(options?.timeout);
  const selections = [read, write, error].map((selection) => [...membersOf(selection)]);
  const all = new Map<Socket, { descriptor: Descriptor; events: number }>();
  selections.forEach((members, index) => {
    for (const socket of members) {
      const events = (all.get(socket)?.events ?? 0) | (SETS[index]?.events ?? 0);
      all.set(socket, { descriptor: descriptorOf(socket), events });
    }
  });
  const found = pollAll([...all.values()], timeout, "recv");
  if (found.some((events) => (events & POLLNVAL) !== 0)) throw new SocketError("EBADF", "recv");
  const happened = new Map([...all.keys()].map((socket, index) => [socket, found[index] ?? 0]));
  let count = 0;
  [read, write, error].forEach((selection, index) => {
    const isReady = (socket: Socket): boolean => ((happened.get(socket) ?? 0) & (SETS[index]?.ready ?? 0)) !== 0;
    const ready = (selections[index] ?? []).filter(isReady);
    count += ready.length;
    keep(selection, ready);
  });
  return count;
}

function membersOf(selection: Selection): Iterable<Socket> {
  if (selection === null || selection === undefined) return [];
  if (selection instanceof SocketSet) return selection;
  if (Array.isArray(selection) && selection.every((one) => one instanceof Socket)) return selection;
  throw new TypeError("select() watches sockets, in arrays or a SocketSet");
}

function keep(selection: Selection, ready: Socket[]): void {
  if (selection instanceof SocketSet) {
    selection.reset();
    for (const socket of ready) selection.add(socket);
  } else {
    selection?.splice(0, selection.length, ...ready);
  }
}

/** A socket, and what `poll()` is to watch it for: `POLLIN`, `POLLOUT`, `POLLPRI`. */
export interface PollEntry {
  readonly socket: Socket;
  readonly events: number;
  /**
   * What has happened: of `events`, and `POLLERR`, `POLLHUP`; the kernel's POLLNVAL, 32, where somebody else closed the
   * descriptor. Filled in by `poll()`.
   */
  revents?: number;
}

/**
 * Waits in the thread until something has happened to one of the sockets, and fills in every `revents`.
 *
 * @param timeout Longest wait in milliseconds. Default: no limit.
 * @returns How many have something; 0 when the timeout passed.
 * @throws {SocketError} `EBADF`: one of them is closed.
 * @throws {TypeError | RangeError} An entry or the timeout is not as it should be.
 *
 * Source: poll(2).
 */
export function poll(entries: readonly PollEntry[], timeout?: number): number {
  const milliseconds = checkTimeout(timeout);
  if (!Array.isArray(entries)) throw new TypeError("poll() takes an array of { socket, events }");
  const found = pollAll(entries.map(watchedOf), milliseconds, "recv");
  let count = 0;
  (entries as readonly PollEntry[]).forEach((entry, index) => {
    entry.revents = found[index] ?? 0;
    if (entry.revents !== 0) count++;
  });
  return count;
}

function watchedOf(entry: PollEntry): { descriptor: Descriptor; events: number } {
  const { socket, events } = Object(entry) as Partial<PollEntry>;
  if (!(socket instanceof Socket)) throw new TypeError("An entry of poll() has a socket");
  if (typeof events !== "number") throw new TypeError("An entry of poll() has events, such as POLLIN");
  if (!Number.isInteger(events) || events < 0 || events > ALL_EVENTS || (events & ~ALL_EVENTS) !== 0) {
    throw new RangeError(`Events are a combination of POLLIN, POLLOUT and POLLPRI, not ${events}`);
  }
  return { descriptor: descriptorOf(socket), events };
}

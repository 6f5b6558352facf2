/** The chat client for a terminal: selects over the socket and the keyboard at once. One source for Node, Bun and Deno. */
import process from "node:process";
import { Failure, interruption, print, program, standardInput, text } from "@omnisock/apps-common";
import { Decoder, Encoder, FrameError, lines } from "@omnisock/core/framing";
import { linesOf } from "@omnisock/websocket";
import {
  type Address,
  type Connection,
  readyWhen,
  type Selectable,
  Socket,
  SocketShutdown,
  SocketType,
  select,
} from "omnisock";
import { DEFAULT_PORT } from "./default-port.ts";
import { Outbox } from "./outbox.ts";
import { printable } from "./room.ts";

const HELP = `Usage: client [--host HOST] [--port PORT] [--name NAME]

Joins a chat: prints what the others write, and sends what is typed, line by line. /help tells what the room can do;
/quit, the end of the input or Ctrl-C leaves it; a server that does not say goodbye is waited for two seconds.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default ${DEFAULT_PORT})
  --name NAME  the name to join with; otherwise the server asks for one
  --help       prints this`;

const RECEIVE_BYTES = 4096;
/** How long the server may take to say goodbye, in milliseconds. */
const LEAVE_TIMEOUT = 2000;
/** It reads no faster than its rate allows: at the end of the input, what was said may still be on its way. */
const MILLISECONDS_PER_BYTE = 1;

/** What is typed, a line at a time, so that `select()` can watch it. */
class Keyboard {
  readonly #lines: AsyncIterator<string, void> = linesOf(standardInput());
  #next = this.#lines.next();
  /** Ready when a line has been typed. */
  ready: Selectable = readyWhen(this.#next);

  /** The line; undefined at the end of the input. */
  async line(): Promise<string | undefined> {
    const { done, value } = await this.#next;
    if (done) return undefined;
    this.#next = this.#lines.next();
    this.ready = readyWhen(this.#next);
    return value;
  }
}

async function chat(to: Address, name: string | undefined): Promise<void> {
  const interrupted = interruption();
  await using socket = await new Socket(to.family, SocketType.STREAM).connect(to, { signal: interrupted });
  const encoder = new Encoder(lines());
  const outbox = new Outbox();
  if (name !== undefined) outbox.add(encoder.encode(name));
  const keyboard = new Keyboard();
  let said = 0;
  const received = new Decoder(lines());
  const controlC = readyWhen(new Promise((resolve) => interrupted.addEventListener("abort", resolve, { once: true })));
  /** When we leave at the latest, by `performance.now()`. */
  let deadline = Number.POSITIVE_INFINITY;

  while (performance.now() < deadline) {
    const isTyping = deadline === Number.POSITIVE_INFINITY;
    // While the server does not take what was typed, nothing more is read: so the outbox holds one line at most.
    const isSending = isTyping && outbox.byteLength > 0;
    const readable: Selectable[] = [socket];
    if (isTyping) readable.push(controlC);
    if (isTyping && !isSending) readable.push(keyboard.ready);
    const writable: Selectable[] = isSending ? [socket] : [];
    const typing = keyboard.ready;
    await select(readable, writable, null, { timeout: Math.max(0, deadline - performance.now()) });

    if (readable.includes(socket) && !(await printNew(socket, received))) return;
    if (writable.includes(socket)) outbox.sendTo(socket);
    if (readable.includes(controlC)) {
      deadline = await endOf(socket, LEAVE_TIMEOUT);
    } else if (readable.includes(typing)) {
      const line = await keyboard.line();
      if (line === undefined) {
        deadline = await endOf(socket, LEAVE_TIMEOUT + said * MILLISECONDS_PER_BYTE);
      } else {
        const bytes = encoder.encode(line);
        said += bytes.length;
        outbox.add(bytes);
      }
    }
  }
}

/** Says that no more will come. Returns when the server must have said goodbye, and ended the stream. */
async function endOf(socket: Connection, timeout: number): Promise<number> {
  await socket.shutdown(SocketShutdown.SEND);
  return performance.now() + timeout;
}

const buffer = new Uint8Array(RECEIVE_BYTES);

/** Prints the lines that have come; false at the end of the stream. */
async function printNew(socket: Connection, received: Decoder<string>): Promise<boolean> {
  const count = await socket.receive(buffer);
  for (const line of received.push(buffer.subarray(0, count))) await print(`${printable(line)}\n`);
  return count > 0;
}

await program(
  { name: "client", help: HELP, port: DEFAULT_PORT, flags: { name: text() } },
  async ({ address, flags }) => {
    try {
      await chat(address, flags.name);
    } catch (error) {
      throw error instanceof FrameError ? new Failure(`no text came: ${error.message}`) : error;
    }
  },
);
// Standard input may still be open, and would keep the process waiting for what nobody wants.
process.exit();

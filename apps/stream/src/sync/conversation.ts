/** Four ways to tell where a message ends, with nothing but send() and receive(): the Socket HOWTO and its exercises. */
import { Failure } from "@omnisock/apps-common";
import type { Socket } from "omnisock/posix/sync";
import { MESSAGE_LENGTH } from "../fixed-messages.ts";
import type { Framing } from "../framings.ts";
import { receiveMessage, sendMessage } from "./my-socket.ts";

/** Texts over a connection, one at a time, whatever tells them apart. */
export interface Conversation {
  send(text: string): void;
  /** The next text; undefined when the peer has ended. */
  receive(): string | undefined;
}

export function conversation(socket: Socket, framing: Framing): Conversation {
  if (framing === "fixed") return fixed(socket);
  if (framing === "type") return typed(socket);
  return framing === "length" ? lengthFirst(socket) : new Lines(socket);
}

function fixed(socket: Socket): Conversation {
  return {
    send: (text) => sendMessage(socket, filledUp(text, MESSAGE_LENGTH)),
    receive: () => textOf(receiveMessage(socket, MESSAGE_LENGTH))?.trimEnd(),
  };
}

/** The first byte is the type, and the type says how long the rest is. */
const LENGTHS: Readonly<Record<string, number>> = { S: 8, L: 64 };

function typed(socket: Socket): Conversation {
  return {
    send(text) {
      const type = new TextEncoder().encode(text).length <= 8 ? "S" : "L";
      sendMessage(socket, new TextEncoder().encode(type));
      sendMessage(socket, filledUp(text, LENGTHS[type] ?? 0));
    },
    receive() {
      const type = textOf(receiveMessage(socket, 1));
      if (type === undefined) return undefined;
      const length = Object.hasOwn(LENGTHS, type) ? LENGTHS[type] : undefined;
      if (length === undefined) throw new Failure(`there is no type "${type}"`);
      return rest(socket, length).trimEnd();
    },
  };
}

/** Two loops: one for the five digits, one for as many bytes as they say. */
function lengthFirst(socket: Socket): Conversation {
  return {
    send(text) {
      const message = new TextEncoder().encode(text);
      if (message.length > 99_999) throw new Failure("a message has 99999 bytes at most");
      sendMessage(socket, new TextEncoder().encode(String(message.length).padStart(5, "0")));
      sendMessage(socket, message);
    },
    receive() {
      const digits = textOf(receiveMessage(socket, 5));
      if (digits === undefined) return undefined;
      if (!/^\d{5}$/.test(digits)) throw new Failure(`"${digits}" are no five digits`);
      return rest(socket, Number(digits));
    },
  };
}

const LONGEST_LINE = 65_536;

/** Scans what comes for the end of the line, and holds on to what follows: it belongs to the next. */
class Lines implements Conversation {
  readonly #socket: Socket;
  #held = new Uint8Array(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(text: string): void {
    if (text.includes("\n")) throw new Failure("a line cannot hold the end of a line");
    sendMessage(this.#socket, new TextEncoder().encode(`${text}\n`));
  }

  receive(): string | undefined {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const end = this.#held.indexOf(0x0a);
      if (end >= 0) {
        const line = this.#held.subarray(0, end);
        this.#held = this.#held.slice(end + 1);
        return textOf(line)?.replace(/\r$/, "");
      }
      if (this.#held.length > LONGEST_LINE) throw new Failure(`a line has ${LONGEST_LINE} bytes at most`);
      const byteLength = this.#socket.receive(buffer);
      if (byteLength === 0 && this.#held.length > 0) throw new Failure("the connection ended in the middle of a line");
      if (byteLength === 0) return undefined;
      const held = new Uint8Array(this.#held.length + byteLength);
      held.set(this.#held);
      held.set(buffer.subarray(0, byteLength), this.#held.length);
      this.#held = held;
    }
  }
}

/** What must follow what has come. */
function rest(socket: Socket, length: number): string {
  const text = textOf(receiveMessage(socket, length));
  if (text === undefined) throw new Failure(`the connection ended after 0 of ${length} bytes`);
  return text;
}

/** @throws {Failure} The text is longer than that. */
function filledUp(text: string, length: number): Uint8Array {
  const filled = new Uint8Array(length).fill(0x20);
  const { read } = new TextEncoder().encodeInto(text, filled);
  if (read < text.length) throw new Failure(`"${text}" has more than ${length} bytes`);
  return filled;
}

function textOf(message: Uint8Array | undefined): string | undefined {
  return message && new TextDecoder().decode(message);
}

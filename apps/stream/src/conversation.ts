/** Four ways to tell where a message ends: the Socket HOWTO, "Using a Socket", and the exercises it leaves to the reader. */
import { Failure } from "@omnisock/apps-common";
import type { Connection, WaitOptions } from "omnisock";
import {
  type Codec,
  type Framed,
  FrameError,
  framed,
  lengthPrefixed,
  lines,
  messages,
  text,
  typeLed,
} from "omnisock/framing";
import { MESSAGE_LENGTH, receiveMessage, sendMessage } from "./fixed-messages.ts";
import type { Framing } from "./framings.ts";

/** Texts over a connection, one at a time, whatever tells them apart. */
export interface Conversation {
  send(text: string): Promise<void>;
  /** The next text; undefined when the peer has ended. */
  receive(options?: WaitOptions): Promise<string | undefined>;
}

export function conversation(connection: Connection, framing: Framing): Conversation {
  if (framing === "fixed") return fixed(connection);
  if (framing === "type") return typed(connection);
  // Delimited: scans what comes for the end of the line, and keeps what follows for the next.
  // Length first: two loops, one for the five digits, one for as many bytes as they say. 99,999 is the longest.
  const codec: Codec<string> =
    framing === "delimited" ? lines() : messages(lengthPrefixed({ length: { digits: 5 } }), text);
  return new ByFrames(framed(connection, codec));
}

class ByFrames implements Conversation {
  readonly #frames: Framed<string>;

  constructor(frames: Framed<string>) {
    this.#frames = frames;
  }

  async send(text: string): Promise<void> {
    await told(this.#frames.send(text));
    await this.#frames.flush();
  }

  receive(options?: WaitOptions): Promise<string | undefined> {
    return told(this.#frames.receive(options));
  }
}

/** By hand, with nothing but send() and receive(). */
function fixed(connection: Connection): Conversation {
  return {
    send: (text) => sendMessage(connection, filledUp(text, MESSAGE_LENGTH)),
    async receive(options) {
      try {
        const message = await receiveMessage(connection, options);
        return message && textOf(message);
      } catch (error) {
        throw error instanceof RangeError ? new Failure(error.message) : error;
      }
    },
  };
}

const SHORT = 0x53; // "S"
const LONG = 0x4c; // "L"

/** The first byte is the type, and the type says how long the rest is. */
function typed(connection: Connection): Conversation {
  const frames = framed(connection, typeLed({ [SHORT]: 8, [LONG]: 64 }));
  return {
    async send(text) {
      const isShort = new TextEncoder().encode(text).length <= 8;
      await told(frames.send({ type: isShort ? SHORT : LONG, frame: filledUp(text, isShort ? 8 : 64) }));
      await frames.flush();
    },
    async receive(options) {
      const received = await told(frames.receive(options));
      return received && textOf(received.frame);
    },
  };
}

/** @throws {Failure} The text is longer than that. */
function filledUp(text: string, length: number): Uint8Array {
  const filled = new Uint8Array(length).fill(0x20);
  const { read } = new TextEncoder().encodeInto(text, filled);
  if (read < text.length) throw new Failure(`"${text}" has more than ${length} bytes`);
  return filled;
}

function textOf(message: Uint8Array): string {
  return new TextDecoder().decode(message).trimEnd();
}

/** What came is no message, or what was to be sent is none: that is for the user to know. */
async function told<T>(frame: Promise<T>): Promise<T> {
  try {
    return await frame;
  } catch (error) {
    throw error instanceof FrameError ? new Failure(error.message) : error;
  }
}

/** Four ways to tell where a message ends, and their names on the command line. */

import { UsageError } from "@omnisock/apps-common";
import { MESSAGE_LENGTH } from "./fixed-messages.ts";

/** The first is what is meant when none is named. */
export const FRAMINGS: readonly ["fixed", "delimited", "length", "type"] = ["fixed", "delimited", "length", "type"];
export type Framing = (typeof FRAMINGS)[number];

export const FRAMING_HELP: string = `  --framing WAY  fixed (the default), delimited, length or type:
                 fixed      ${MESSAGE_LENGTH} bytes each, filled up with spaces
                 delimited  a line each
                 length     its length in five decimal digits, then the message
                 type       "S" and a short message of 8 bytes, or "L" and a long one of 64, filled up with spaces`;

/**
 * Checks what the command line has to send, before anything is sent.
 *
 * @throws {UsageError} A message has a newline in it, and a newline is to end each.
 */
export function checkMessages(messages: readonly string[], framing: Framing): void {
  if (framing === "delimited" && messages.some((message) => message.includes("\n"))) {
    throw new UsageError("with --framing delimited a message is one line: it holds no newline");
  }
}

/** Four ways to tell where a message ends, and their names on the command line. */
import { MESSAGE_LENGTH } from "./fixed-messages.ts";

/** The first is what is meant when none is named. */
export const FRAMINGS: readonly ["fixed", "delimited", "length", "type"] = ["fixed", "delimited", "length", "type"];
export type Framing = (typeof FRAMINGS)[number];

export const FRAMING_HELP: string = `fixed      ${MESSAGE_LENGTH} bytes each, filled up with spaces
               delimited  a line each
               length     its length in five decimal digits, then the message
               type       "S" and a short message of 8 bytes, or "L" and a long one of 64, filled up with spaces`;

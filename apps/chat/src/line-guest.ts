/** A client that speaks in lines: our own, or telnet, or nc. */
import { Decoder, Encoder, type FrameError, lines } from "@omnisock/core/framing";
import { Guest } from "./guest.ts";

/** The longest line that is taken, in bytes. */
export const MAX_LINE_LENGTH = 1000;

const encoder = new Encoder(lines());
const NOTHING = new Uint8Array(0);

export class LineGuest extends Guest {
  readonly #lines = new Decoder(
    lines({ maxFrameLength: MAX_LINE_LENGTH, recover: "skip", onSkip: (error) => this.#refuse(error) }),
  );

  receive(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) {
      this.room.hear(this, line);
      if (this.isLeaving) return;
    }
  }

  protected encode(line: string): Uint8Array {
    return encoder.encode(line);
  }

  protected goodbye(): Uint8Array {
    return NOTHING;
  }

  #refuse({ code }: FrameError): void {
    this.tell(
      code === "too-long"
        ? `* A line has at most ${MAX_LINE_LENGTH} bytes: yours was dropped.`
        : "* That was no UTF-8.",
    );
  }
}

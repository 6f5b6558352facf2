/** A browser: it asks for the page, and the page opens a WebSocket, whose messages are lines. */
import { Decoder, Encoder } from "@omnisock/core/framing";
import {
  asksForWebSocket,
  asWebSocketError,
  CloseCode,
  closeFrame,
  type Frame,
  frames,
  type Head,
  HttpError,
  httpHead,
  httpResponse,
  MessageReader,
  messageFrames,
  Opcode,
  parseHead,
  refusalOf,
  responseText,
} from "@omnisock/websocket";
import { Guest } from "./guest.ts";
import { MAX_LINE_LENGTH } from "./line-guest.ts";
import { PAGE, PAGE_FIELDS } from "./page.ts";

const encoder = new Encoder(frames("server"));
/** A line that is too long gets an answer; a message far too long gets a close frame. */
const MAX_MESSAGE_LENGTH = 16 * MAX_LINE_LENGTH;
const UNSUPPORTED_DATA = 1003;
const NOTHING = new Uint8Array(0);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export class WebGuest extends Guest {
  /** Until the request is here. */
  #heads: Decoder<Uint8Array> | undefined = new Decoder(httpHead);
  readonly #frames = new Decoder(frames("server", { maxFrameLength: MAX_MESSAGE_LENGTH }));
  readonly #messages = new MessageReader(MAX_MESSAGE_LENGTH);

  async receive(bytes: Uint8Array): Promise<void> {
    if (this.#heads === undefined) this.#receiveFrames(bytes);
    else await this.#receiveHead(this.#heads, bytes);
  }

  protected encode(line: string): Uint8Array {
    if (this.#heads !== undefined) return NOTHING;
    const [frame] = messageFrames(line);
    return frame === undefined ? NOTHING : encoder.encode(frame);
  }

  protected goodbye(): Uint8Array {
    return this.#heads === undefined ? encoder.encode(closeFrame(CloseCode.GOING_AWAY)) : NOTHING;
  }

  /** Answers a request that will get no more than this answer. */
  respond(response: string): void {
    this.outbox.add(bytesOf(response));
    this.leave();
  }

  async #receiveHead(heads: Decoder<Uint8Array>, bytes: Uint8Array): Promise<void> {
    try {
      const { done, value } = heads.push(bytes).next();
      if (done) return;
      const head = parseHead(value);
      const behind = heads.rest();
      if (!asksForWebSocket(head)) {
        this.respond(pageFor(head));
        return;
      }
      checkPlaceAndOrigin(head);
      this.outbox.add(bytesOf(await responseText(head)));
      this.#heads = undefined;
      this.deadline = Number.POSITIVE_INFINITY;
      this.room.welcome(this);
      this.#receiveFrames(behind);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      this.respond(refusal.response);
    }
  }

  #receiveFrames(bytes: Uint8Array): void {
    try {
      for (const frame of this.#frames.push(bytes)) {
        this.#take(frame);
        if (this.isLeaving) return;
      }
    } catch (error) {
      const fault = asWebSocketError(error);
      if (fault === undefined) throw error;
      this.#close(fault.code, fault.message);
    }
  }

  #take(frame: Frame): void {
    const received = this.#messages.take(frame);
    if (received?.type === "ping") {
      this.outbox.add(encoder.encode({ isFinal: true, opcode: Opcode.PONG, payload: received.payload }));
    } else if (received?.type === "close") {
      this.#close(received.closed.code, received.closed.reason);
    } else if (received?.type === "message") {
      this.#hear(received.message);
    }
  }

  #hear(message: string | Uint8Array): void {
    if (typeof message !== "string") this.#close(UNSUPPORTED_DATA, "lines are text");
    else if (bytesOf(message).length <= MAX_LINE_LENGTH) this.room.hear(this, message);
    else this.tell(`* A line has at most ${MAX_LINE_LENGTH} bytes: yours was dropped.`);
  }

  #close(code: number, reason: string): void {
    this.outbox.add(encoder.encode(closeFrame(code, reason)));
    this.leave();
  }
}

/** @throws {HttpError} Nothing is there: 404; or there is, and not for this method: 405. */
function pageFor({ start: [method, target] }: Head): string {
  if (target !== "/") throw new HttpError(404, "The page is at /");
  if (method !== "GET") throw new HttpError(405, "The page is to be had with GET", ["Allow: GET"]);
  return httpResponse(200, PAGE_FIELDS, PAGE);
}

/**
 * Browsers say which page opens a WebSocket, and let any page open any: only ours may speak for its user.
 *
 * @throws {HttpError} It is another page: 403; or the chat is not at that path: 404.
 *
 * Source: RFC 6455, section 10.2.
 */
function checkPlaceAndOrigin({ start, fields }: Head): void {
  if (start[1] !== "/chat") throw new HttpError(404, "The chat is at /chat");
  const origin = fields.get("origin");
  if (origin !== undefined && origin.replace(/^https?:\/\//, "") !== fields.get("host")) {
    throw new HttpError(403, "Pages of other servers cannot join");
  }
}

/** As much of HTTP/1.1 as a handshake needs: RFC 9112, sections 2 to 5. */
import { type Codec, delimited } from "@omnisock/core/framing";

/** The longest head that is read, in bytes. Browsers send some hundreds, and their cookies. */
export const MAX_HEAD_LENGTH = 8192;

/** The head of a request or a response: what stands before its first empty line. */
export const httpHead: Codec<Uint8Array> = delimited("\r\n\r\n", { maxFrameLength: MAX_HEAD_LENGTH });

export interface Head {
  /** The three parts of the first line: method, target and version, or version, status and phrase. */
  readonly start: readonly [string, string, string];
  /** By their names in lower case; what came several times is joined by commas. */
  readonly fields: ReadonlyMap<string, string>;
}

const PHRASES: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  426: "Upgrade Required",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

/** A request that is answered with an error. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  /** Fields to answer with, besides those of every answer. */
  readonly fields: readonly string[];

  constructor(status: number, message: string, fields: readonly string[] = []) {
    super(message);
    this.status = status;
    this.fields = fields;
  }

  /** The answer: the status and the message, after which the connection ends. */
  get response(): string {
    const fields = ["Content-Type: text/plain; charset=utf-8", ...this.fields];
    return httpResponse(this.status, fields, `${this.message}\n`);
  }
}

/** A response with which the connection ends. */
export function httpResponse(status: number, fields: readonly string[], body: string): string {
  const { length } = new TextEncoder().encode(body);
  const connection = fields.some((field) => field.startsWith("Connection:")) ? [] : ["Connection: close"];
  const head = [`HTTP/1.1 ${status} ${PHRASES[status]}`, ...fields, ...connection, `Content-Length: ${length}`];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

const START = /^(\S+) (\S+) ?(.*)$/;
/** A name of RFC 9110's token characters, right before its colon; a value without control characters. */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\uffff]*)$/;

/** @throws {HttpError} `bytes` are no head: 400. */
export function parseHead(bytes: Uint8Array): Head {
  const [first = "", ...rest] = new TextDecoder("latin1").decode(bytes).split("\r\n");
  const start = START.exec(first);
  if (start === null) throw new HttpError(400, "The first line is not of HTTP");
  const fields = new Map<string, string>();
  for (const line of rest) {
    const [, name = "", value = ""] = FIELD.exec(line) ?? [];
    if (name === "") throw new HttpError(400, "A header field is not of HTTP");
    const before = fields.get(name.toLowerCase());
    fields.set(name.toLowerCase(), before === undefined ? value.trimEnd() : `${before}, ${value.trimEnd()}`);
  }
  const [, one = "", two = "", three = ""] = start;
  return { start: [one, two, three], fields };
}

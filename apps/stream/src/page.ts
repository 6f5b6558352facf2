/** What is said in an HTTP/1.0 exchange, as far as the Socket HOWTO goes. */
import { Failure, UsageError } from "@omnisock/apps-common";

/** What a request may be long with its body, in bytes. Without a limit, a stranger decides how much memory we use. */
export const LONGEST_REQUEST = 8192;

/** How long a client that is refused is heard out, in milliseconds. */
export const PATIENCE = 5000;

/** A request that is not read to its end. */
export class Refusal extends Failure {
  /** What the client is told. */
  readonly answer: string;

  constructor(status: string, why: string) {
    super(why);
    this.answer = answerOf(status, `${why}\n`);
  }
}

/**
 * Whether a request is all there: a blank line ends its head, and that says how long the body is.
 *
 * @throws {Refusal} It is longer than any request should be, or does not say how long it is.
 */
export function isWholeRequest(request: Uint8Array): boolean {
  // A character for each byte.
  const text = new TextDecoder("latin1").decode(request);
  const end = text.indexOf("\r\n\r\n");
  const length = end < 0 ? request.length + 1 : end + 4 + bodyLength(text.slice(0, end));
  if (length <= LONGEST_REQUEST) return request.length >= length;
  const why = `a request has ${LONGEST_REQUEST} bytes at most`;
  throw end < 0 ? new Refusal("431 Request Header Fields Too Large", why) : new Refusal("413 Content Too Large", why);
}

/** How many bytes follow the head. Source: RFC 9112 section 6. */
function bodyLength(head: string): number {
  if (/^Transfer-Encoding:/im.test(head)) throw new Refusal("501 Not Implemented", "I understand Content-Length alone");
  const [, length = "0"] = /^Content-Length:[ \t]*(.*?)[ \t]*$/im.exec(head) ?? [];
  if (!/^\d+$/.test(length)) throw new Refusal("400 Bad Request", `'${length}' is no Content-Length`);
  return Number(length);
}

/**
 * The path that the command line asks for.
 *
 * @throws {UsageError} It is none, or there are several.
 */
export function pathOf([path = "/", ...others]: readonly string[]): string {
  if (others.length > 0) throw new UsageError(`one path at a time, not '${others.join("', '")}' as well`);
  if (!path.startsWith("/")) throw new UsageError(`a path begins with '/', not as '${path}'`);
  return path;
}

export function requestFor(path: string, host: string): string {
  return `GET ${encodeURI(path)} HTTP/1.0\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
}

/** The whole answer to a request of that first line. */
export function pageFor(line: string): string {
  const [, path] = /^GET (\S+) HTTP\//.exec(line) ?? [];
  if (path === undefined) return answerOf("400 Bad Request", "I understand GET alone.\n");
  return answerOf("200 OK", `You asked for ${path}\n`);
}

function answerOf(status: string, page: string): string {
  const head = [
    `HTTP/1.0 ${status}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${new TextEncoder().encode(page).length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${page}`;
}

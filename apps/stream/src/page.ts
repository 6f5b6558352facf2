/** What is said in an HTTP/1.0 exchange, as far as the Socket HOWTO goes. */
import { UsageError } from "@omnisock/apps-common";

/** What a request may be long, in bytes. */
export const LONGEST_REQUEST = 8192;

/** Whether a request is all there: a blank line ends it. */
export function isWholeRequest(request: string): boolean {
  return request.includes("\r\n\r\n");
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
  const page = path === undefined ? "I understand GET alone.\n" : `You asked for ${path}\n`;
  const head = [
    `HTTP/1.0 ${path === undefined ? "400 Bad Request" : "200 OK"}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${new TextEncoder().encode(page).length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${page}`;
}

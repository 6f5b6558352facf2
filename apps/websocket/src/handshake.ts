/** The opening handshake, as text: RFC 6455, sections 1.3 and 4. */
import { type Head, HttpError, parseHead } from "./http.ts";

/** What both ends append to the key before they hash it. Whoever answers with the hash has understood what was asked. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const VERSION = "13";
/** 16 bytes in base64. The last letter of the 22 holds two bits. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const KEY_BYTES = 16;

/** A random key for one handshake. */
export function newKey(): string {
  return base64(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
}

/** What a server answers to a key. */
export async function acceptOf(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return base64(new Uint8Array(hash));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Whether a request can ask for it. */
export function isPath(text: string): boolean {
  return /^\/[!-~]*$/.test(text);
}

/**
 * The client's part.
 *
 * @throws {TypeError} `host` or `path` cannot stand in a request.
 */
export function requestText({ host, path, key }: { host: string; path: string; key: string }): string {
  if (!isPath(path)) throw new TypeError(`A path begins with / and has no spaces, unlike '${path}'`);
  if (!/^[!-~]+$/.test(host)) throw new TypeError(`'${host}' is no host`);
  return linesOf(
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Version: ${VERSION}`,
  );
}

/** Whether a request asks for WebSocket at all. */
export function asksForWebSocket({ fields }: Head): boolean {
  return holds(fields.get("upgrade"), "websocket");
}

/**
 * The server's part: what to answer to a request.
 *
 * @throws {HttpError} The request does not open a WebSocket connection: 400, 405 or 426.
 */
export async function responseText({ start, fields }: Head): Promise<string> {
  const [method, , version] = start;
  if (method !== "GET") throw new HttpError(405, "WebSocket is opened with GET", ["Allow: GET"]);
  const minor = /^HTTP\/1\.([1-9])$/.exec(version);
  if (minor === null) throw new HttpError(400, "WebSocket is opened with HTTP/1.1");
  if (!fields.has("host")) throw new HttpError(400, "The request names no host");
  if (!holds(fields.get("upgrade"), "websocket") || !holds(fields.get("connection"), "upgrade")) {
    throw new HttpError(426, "This is a WebSocket server", ["Upgrade: websocket", "Connection: Upgrade"]);
  }
  if (fields.get("sec-websocket-version") !== VERSION) {
    throw new HttpError(426, `WebSocket is spoken in version ${VERSION} here`, [`Sec-WebSocket-Version: ${VERSION}`]);
  }
  const key = fields.get("sec-websocket-key") ?? "";
  if (!KEY.test(key)) throw new HttpError(400, "The request has no key of 16 bytes");
  return linesOf(
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${await acceptOf(key)}`,
  );
}

/** The server's answer is no WebSocket handshake. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
}

/**
 * The client's check of the server's answer.
 *
 * @throws {HandshakeError} The server did not agree, or to something else.
 */
export async function checkResponse(bytes: Uint8Array, key: string): Promise<void> {
  const { start, fields } = readResponse(bytes);
  const [version, status] = start;
  if (!version.startsWith("HTTP/1.") || status !== "101") {
    throw new HandshakeError(`The server answers '${start.join(" ")}' instead of 101 Switching Protocols`);
  }
  if (fields.get("upgrade")?.toLowerCase() !== "websocket" || !holds(fields.get("connection"), "upgrade")) {
    throw new HandshakeError("The server upgrades the connection to something else");
  }
  if (fields.get("sec-websocket-accept") !== (await acceptOf(key))) {
    throw new HandshakeError("The server does not answer the key");
  }
  for (const name of ["sec-websocket-extensions", "sec-websocket-protocol"]) {
    if (fields.has(name)) throw new HandshakeError(`The server adds ${name}, which nobody asked for`);
  }
}

function readResponse(bytes: Uint8Array): Head {
  try {
    return parseHead(bytes);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new HandshakeError(`The server answers no HTTP: ${error.message}`, { cause: error });
  }
}

/** Whether a field that is a list holds a word, in any case. */
function holds(field: string | undefined, word: string): boolean {
  const words = (field ?? "").toLowerCase().split(",");
  return words.some((one) => one.trim() === word);
}

function linesOf(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** From a connected socket to a WebSocket connection: the opening handshake, at both ends. */
import { FrameError, framed } from "@omnisock/core/framing";
import { type Address, AddressFamily, type Connection, Socket, SocketError, SocketType } from "omnisock";
import { WebSocketConnection, type WebSocketOptions } from "./connection.ts";
import { checkResponse, HandshakeError, newKey, requestText, responseText } from "./handshake.ts";
import { HttpError, httpHead, MAX_HEAD_LENGTH, parseHead } from "./http.ts";
import { closeAfter, endStream } from "./leave.ts";

export interface OpenOptions extends WebSocketOptions {
  /** How long the peer may take over the handshake, in milliseconds. Default: 10000. */
  readonly handshakeTimeout?: number | undefined;
  /** Ends the handshake: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ConnectOptions extends OpenOptions {
  /** What to ask for. Default: `/chat`, as in the RFC. */
  readonly path?: string | undefined;
}

const DEFAULT_HANDSHAKE_TIMEOUT = 10_000;
/** How long a client that was refused may take to end the connection, in milliseconds. */
const LEAVE_TIMEOUT = 2000;
const HTTP_PORT = 80;

/**
 * The server's end: reads the request of a client that has connected, and answers it.
 *
 * @throws {HttpError} It is no handshake. The client has been told, and the socket is closed.
 * @throws {SocketError} As `Socket.receive()` and `Socket.sendAll()`; the socket is closed.
 */
export async function acceptWebSocket(socket: Connection, options: OpenOptions = {}): Promise<WebSocketConnection> {
  const { handshakeTimeout: timeout = DEFAULT_HANDSHAKE_TIMEOUT, signal } = options;
  const requests = framed(socket, httpHead);
  try {
    const request = await requests.receive({ timeout, signal });
    if (request === undefined) throw new HttpError(400, "The request is empty");
    const response = await responseText(parseHead(request));
    // What the client has sent already is not to be lost: it may be its first frame.
    const leftOver = await requests.detach();
    await socket.sendAll(new TextEncoder().encode(response));
    return new WebSocketConnection(socket, "server", leftOver, options);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) {
      await socket.close();
      throw error;
    }
    await closeAfter(socket, LEAVE_TIMEOUT, async (signal) => {
      await socket.sendAll(new TextEncoder().encode(refusal.response), { signal });
      await endStream(socket, signal);
    });
    throw refusal;
  }
}

/** What a client is answered whose request failed in this way; undefined when there is nobody to answer. */
export function refusalOf(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (error instanceof SocketError)
    return error.wouldBlock ? new HttpError(408, "The request took too long") : undefined;
  if (!(error instanceof FrameError)) return undefined;
  if (error.code === "too-long") return new HttpError(431, `The request has more than ${MAX_HEAD_LENGTH} bytes`);
  return new HttpError(400, "The request is cut off");
}

/**
 * The client's end: connects to a server, and asks it for WebSocket.
 *
 * @throws {HandshakeError} What answers is no WebSocket server, or refuses.
 * @throws {SocketError} As `Socket.connect()`; `EAGAIN`: it connected, and did not answer in time.
 */
export async function connectWebSocket(to: Address, options: ConnectOptions = {}): Promise<WebSocketConnection> {
  const { handshakeTimeout: timeout = DEFAULT_HANDSHAKE_TIMEOUT, signal, path = "/chat" } = options;
  const key = newKey();
  const request = requestText({ host: hostField(to), path, key });
  const socket = await new Socket(to.family, SocketType.STREAM).connect(to, { timeout, signal });
  try {
    await socket.sendAll(new TextEncoder().encode(request));
    const responses = framed(socket, httpHead);
    const response = await responses.receive({ timeout, signal });
    if (response === undefined) throw new HandshakeError("The server ends the connection without an answer");
    await checkResponse(response, key);
    return new WebSocketConnection(socket, "client", await responses.detach(), options);
  } catch (error) {
    await socket.close();
    if (error instanceof FrameError) throw new HandshakeError("The server answers no HTTP", { cause: error });
    throw error;
  }
}

/** The port is left out where it goes without saying: RFC 6455, section 4.1. */
function hostField(to: Address): string {
  if (to.family === AddressFamily.UNIX) return "localhost";
  return to.port === HTTP_PORT ? to.toString().replace(/:80$/, "") : to.toString();
}

/** Runs the programs of this app, and speaks WebSocket to them byte by byte. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { dial, type Programs, programsOf, type Running, type RuntimeName } from "@omnisock/apps-common/testing";
import { onTestFinished } from "vitest";
import WebSocket from "ws";

const programs: Programs = programsOf(import.meta.url);
export const start: Programs["start"] = programs.start;
export const run: Programs["run"] = programs.run;

export interface Server extends Running {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** Starts the server and waits until it listens, on a port of the system's choice. */
export async function startServer(runtime: RuntimeName, args: readonly string[] = []): Promise<Server> {
  const running = start(runtime, "server", ["--port", "0", ...args]);
  const [, host = "", port] = await running.match(/^listening on \[?(.+?)\]?:(\d+)$/);
  return Object.assign(running, { host, port: Number(port), url: `ws://127.0.0.1:${port}/chat` });
}

/** A client of the `ws` package, connected. */
export async function open(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  onTestFinished(() => client.terminate());
  await once(client, "open");
  return client;
}

/** The next message, as a string or as bytes. */
export async function nextMessage(client: WebSocket): Promise<string | Buffer> {
  const [data, isBinary] = (await once(client, "message")) as [Buffer, boolean];
  return isBinary ? data : data.toString();
}

/** How the connection was closed. */
export async function closing(client: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(client, "close")) as [number, Buffer];
  return { code, reason: reason.toString() };
}

const REQUEST = `GET /chat HTTP/1.1\r
Host: server.example.com\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
Sec-WebSocket-Version: 13\r
\r
`;
export const RESPONSE = `HTTP/1.1 101 Switching Protocols\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
\r
`;

/** Sends the text's request and these bytes behind it; the socket gives what is answered. */
export async function speak(server: Server, hex = ""): Promise<Socket> {
  const socket = await dial(server);
  socket.write(Buffer.concat([Buffer.from(REQUEST), Buffer.from(hex, "hex")]));
  return socket;
}

/** The WebSocket server: sends back whatever messages its clients send. One source for Node, Bun and Deno. */
import { interruption, program, wholeNumber } from "@omnisock/apps-common";
import { type Address, type Connection, Socket, SocketError, SocketType } from "omnisock";
import { CloseCode, WebSocketError } from "./close.ts";
import type { WebSocketConnection } from "./connection.ts";
import { DEFAULT_PORT } from "./default-port.ts";
import { HttpError } from "./http.ts";
import { DEFAULT_MAX_MESSAGE_LENGTH } from "./messages.ts";
import { acceptWebSocket } from "./open.ts";

const HELP = `Usage: server [--host HOST] [--port PORT] [--max-message BYTES]

A WebSocket server that sends back whatever messages its clients send. Ctrl-C says goodbye to them, and ends it.

  --host HOST          where to listen: an IPv4 or IPv6 address, or a name (default 127.0.0.1)
  --port PORT          0 to 65535; 0 lets the system choose (default ${DEFAULT_PORT})
  --max-message BYTES  the longest message that is taken (default ${DEFAULT_MAX_MESSAGE_LENGTH})
  --help               prints this`;

const LONGEST_MESSAGE = 2 ** 30;
/** More clients than this wait in the kernel until one of these has left, so that memory stays bounded. */
const MOST_CLIENTS = 1000;

/** The clients whose handshake is done. */
const peers = new Set<WebSocketConnection>();
let messages = 0;

async function serve(at: Address, maxLength: number): Promise<void> {
  const server = new Socket(at.family, SocketType.STREAM);
  await server.bind(at);
  await using listener = await server.listen();
  const interrupted = interruption();
  console.log(`listening on ${listener.localAddress}`);

  const served = new Set<Promise<void>>();
  try {
    for (;;) {
      const client = await listener.accept({ signal: interrupted });
      const one: Promise<void> = serveOne(client, maxLength, interrupted).finally(() => served.delete(one));
      served.add(one);
      if (served.size >= MOST_CLIENTS) await Promise.race(served);
    }
  } finally {
    for (const peer of peers) void peer.close(CloseCode.GOING_AWAY, "the server shuts down");
    await Promise.all(served);
    console.log(`sent back ${messages} message${messages === 1 ? "" : "s"}`);
  }
}

async function serveOne(client: Connection, maxLength: number, interrupted: AbortSignal): Promise<void> {
  const limits = { maxFrameLength: maxLength, maxMessageLength: maxLength };
  const { remoteAddress } = client;
  try {
    await using peer = await acceptWebSocket(client, { ...limits, signal: interrupted });
    peers.add(peer);
    try {
      if (interrupted.aborted) return;
      for await (const message of peer) {
        await peer.send(message);
        messages += 1;
      }
    } finally {
      peers.delete(peer);
    }
  } catch (error) {
    // When the server shuts down, it has closed the connection itself. Otherwise the others are served all the same.
    if (interrupted.aborted) return;
    if (!(error instanceof SocketError || error instanceof WebSocketError || error instanceof HttpError)) throw error;
    console.error(`${remoteAddress}: ${error.message}`);
  }
}

const takes = {
  port: DEFAULT_PORT,
  portAny: true,
  flags: { "max-message": wholeNumber(DEFAULT_MAX_MESSAGE_LENGTH, 1, LONGEST_MESSAGE) },
};
await program({ name: "server", help: HELP, ...takes }, ({ address, flags }) => serve(address, flags["max-message"]));

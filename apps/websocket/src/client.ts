/** The WebSocket client: sends messages and prints those that come back. One source for Node, Bun and Deno. */
import process from "node:process";
import { Failure, type Flag, print, program, standardInput, UsageError } from "@omnisock/apps-common";
import { FrameError } from "@omnisock/core/framing";
import type { Address } from "omnisock";
import { CloseCode, WebSocketError } from "./close.ts";
import type { WebSocketConnection } from "./connection.ts";
import { DEFAULT_PORT } from "./default-port.ts";
import { HandshakeError, isPath } from "./handshake.ts";
import { linesOf } from "./lines-of.ts";
import { connectWebSocket } from "./open.ts";

const DEFAULT_PATH = "/chat";

const HELP = `Usage: client [--host HOST] [--port PORT] [--path PATH] [--] [WORD...]

Sends the words as one message to a WebSocket server, or else each line of its standard input, and prints the messages
that come back.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default ${DEFAULT_PORT})
  --path PATH  what to ask the server for (default ${DEFAULT_PATH})
  --help       prints this`;

async function talk(to: Address, path: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  await using peer = await connectWebSocket(to, { path });
  const sending = send(peer, lines);
  // The server may end the connection while there is still input.
  await Promise.race([printAll(peer), sending.then(() => new Promise<never>(() => {}))]);
  const { code, reason } = peer.closed ?? { code: CloseCode.ABNORMAL, reason: "" };
  if (code !== CloseCode.NORMAL) throw new Failure(`the server ended the connection: ${code} ${reason}`.trimEnd());
}

/** Sends each line, then says that there will be no more. The answers may still be on their way. */
async function send(peer: WebSocketConnection, lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  for await (const line of lines) await peer.send(line);
  await peer.startClose();
}

async function printAll(peer: WebSocketConnection): Promise<void> {
  for await (const message of peer) {
    await print(typeof message === "string" ? `${message}\n` : `(${message.length} bytes)\n`);
  }
}

/** What can stand in a request. */
const path: Flag<string> = {
  type: "string",
  absent: DEFAULT_PATH,
  read(name, given) {
    if (isPath(given)) return given;
    throw new UsageError(`--${name} takes a path that begins with / and has no spaces, not '${given}'`);
  },
};

await program(
  { name: "client", help: HELP, port: DEFAULT_PORT, words: true, flags: { path } },
  async ({ address, words, flags }) => {
    const lines = words.length > 0 ? [words.join(" ")] : linesOf(standardInput());
    try {
      await talk(address, flags.path, lines);
    } catch (error) {
      const isFailure = [HandshakeError, WebSocketError, FrameError].some((kind) => error instanceof kind);
      throw isFailure ? new Failure((error as Error).message) : error;
    }
  },
);
// Standard input may still be open, and would keep the process waiting for what nobody wants.
process.exit();

/**
 * Sends every frame back, in the way that its argument names, and prints its port.
 *
 * `native` uses the runtime's own sockets, with a write for each frame; the `framed` ones and `unframed` omnisock's;
 * `length-prefixed-stream` is that package on Node's sockets, as its README shows.
 */
import type { AddressInfo } from "node:net";
import net from "node:net";
import process from "node:process";
import { Decoder, framed, lengthPrefixed } from "@omnisock/core/framing";
import * as lengthPrefixedStream from "length-prefixed-stream";
import { AddressFamily, type Connection, InternetAddress, Socket, SocketType, TCP_NODELAY } from "omnisock";
import { serveNatively } from "./native-echo.ts";

const READ_BYTES = 65536;

type Serve = () => Promise<number>;

const ways: Record<string, Serve> = {
  native: serveNatively,
  "framed, in batches": () => serveOmnisock(echoInBatches),
  "framed, each send awaited": () => serveOmnisock(echoAwaitingSends),
  "framed, all awaited": () => serveOmnisock(echoAwaitingAll),
  unframed: () => serveOmnisock(echoBytes),
  "length-prefixed-stream": serveLengthPrefixedStream,
};

/** Frames that came together are sent together; all reads share one buffer. */
async function echoInBatches(connection: Connection): Promise<void> {
  const decoder = new Decoder(lengthPrefixed());
  const peer = framed(connection, lengthPrefixed());
  const into = new Uint8Array(READ_BYTES);
  for (let count = await connection.receive(into); count > 0; count = await connection.receive(into)) {
    await peer.sendAll(decoder.push(into.subarray(0, count)));
  }
}

/** Waits for each frame to be sent, and for frames to come only when none is here. */
async function echoAwaitingSends(connection: Connection): Promise<void> {
  const peer = framed(connection, lengthPrefixed());
  for (;;) {
    const frame = peer.tryReceive() ?? (await peer.receive());
    if (frame === undefined) break;
    await peer.send(frame);
  }
}

async function echoAwaitingAll(connection: Connection): Promise<void> {
  const peer = framed(connection, lengthPrefixed());
  for await (const frame of peer) await peer.send(frame);
}

/** What omnisock's sockets cost without frames. */
async function echoBytes(connection: Connection): Promise<void> {
  const into = new Uint8Array(READ_BYTES);
  for (let count = await connection.receive(into); count > 0; count = await connection.receive(into)) {
    await connection.sendAll(into.subarray(0, count));
  }
}

async function serveOmnisock(serve: (connection: Connection) => Promise<void>): Promise<number> {
  const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
  await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
  const listener = await socket.listen();
  const accepting = async (): Promise<void> => {
    for await (const connection of listener) {
      // As the others here, and as every protocol that waits for answers should.
      connection.setOption(TCP_NODELAY, true);
      void serve(connection);
    }
  };
  void accepting();
  return listener.localAddress.port;
}

function serveLengthPrefixedStream(): Promise<number> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    const encoder = lengthPrefixedStream.encode();
    socket.pipe(lengthPrefixedStream.decode()).on("data", (frame) => encoder.write(frame));
    encoder.pipe(socket);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

const serve = ways[process.argv[2] ?? ""];
if (serve === undefined) throw new Error(`Usage: echo-server.ts ${Object.keys(ways).join(" | ")}`);
console.log(await serve());
// Whoever started it ends it, by ending.
process.stdin.on("end", () => process.exit()).resume();

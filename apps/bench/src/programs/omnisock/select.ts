/** Sends back what comes, in one loop around select(): over a `set` that is kept, or an `array` made anew each time. */
import process from "node:process";
import type { Connection, Listener } from "omnisock";
import { ready } from "../shared/server.ts";
import { face } from "./face.ts";

const BUFFER_BYTES = 65_536;
const { AddressFamily, InternetAddress, Socket, SocketSet, SocketType, select, TCP_NODELAY, WOULD_BLOCK } = face;

const buffer = new Uint8Array(BUFFER_BYTES);
const server = new Socket(AddressFamily.INET, SocketType.STREAM);
await server.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
const listener = await server.listen();
ready(listener.localAddress.port);
await (process.argv[3] === "array" ? overArrays(listener) : overSet(listener));

async function overSet(listener: Listener): Promise<void> {
  const watched = new SocketSet([listener]);
  for (;;) {
    await select(watched);
    for (const socket of watched) {
      if (socket === listener) for (const connection of acceptAll(listener)) watched.add(connection);
      else if (await hasEnded(socket as Connection)) watched.remove(socket);
    }
  }
}

/** As Python's select.select() is used. */
async function overArrays(listener: Listener): Promise<void> {
  const watched = new Set<Listener | Connection>([listener]);
  for (;;) {
    const readable = [...watched];
    await select(readable);
    for (const socket of readable) {
      if (socket === listener) for (const connection of acceptAll(listener)) watched.add(connection);
      else if (await hasEnded(socket as Connection)) watched.delete(socket);
    }
  }
}

function acceptAll(listener: Listener): Connection[] {
  const accepted: Connection[] = [];
  for (let one = listener.tryAccept(); one !== WOULD_BLOCK; one = listener.tryAccept()) {
    one.setOption(TCP_NODELAY, true);
    accepted.push(one);
  }
  return accepted;
}

/** Echoes once. */
async function hasEnded(connection: Connection): Promise<boolean> {
  const count = connection.tryReceive(buffer);
  if (count === WOULD_BLOCK) return false;
  if (count === 0) {
    await connection.close();
    return true;
  }
  await connection.sendAll(buffer.subarray(0, count));
  return false;
}

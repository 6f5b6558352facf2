import { setTimeout } from "node:timers";
import { AddressFamily, type Connection, InternetAddress, SocketType } from "@omnisock/core";
import { Socket } from "../../dist/index.js";

/** A connection and the end that was accepted. */
export async function pair(): Promise<[client: Connection, server: Connection]> {
  const listener = new Socket(AddressFamily.INET, SocketType.STREAM);
  await listener.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
  const { localAddress } = await listener.listen();
  const client = new Socket(AddressFamily.INET, SocketType.STREAM);
  const [accepted, connected] = await Promise.all([listener.accept(), client.connect(localAddress)]);
  await listener.close();
  return [connected, accepted];
}

/** A datagram socket that waits for what never comes. */
export async function waiting(): Promise<void> {
  const socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
  await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
  void socket.receive(new Uint8Array(1)).catch(() => {});
}

/**
 * Until this thread has parked, which nothing tells: it lingers a tenth of a millisecond before. Where that takes longer, what
 * comes next meets a thread that is not parked yet: another test than was meant, but none that fails.
 */
export function parked(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

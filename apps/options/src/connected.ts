import type { Sockets } from "@omnisock/apps-common";
import { type Address, type Connection, Internet6Address, InternetAddress } from "omnisock";

/** Where options are tried, and on what. */
export interface At {
  readonly sockets: Sockets;
  readonly host: string;
  /** The port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** How much to measure. */
  readonly rounds: number;
}

/** A peer that somebody else plays. */
export interface Peer {
  readonly sockets: Sockets;
  readonly address: Address;
}

export interface Ends {
  readonly client: Connection;
  readonly server: Connection;
}

/** Connects two sockets, hands them to `use`, and closes them and the listener. */
export async function connected<T>({ sockets, host, port }: At, use: (ends: Ends) => Promise<T>): Promise<T> {
  await using listener = await sockets.listen({ host, port });
  await using client = await sockets.connect(listener.localAddress);
  await using server = await listener.accept();
  return await use({ client, server });
}

/** What a peer says first. Before that, a connection may be reset of which it has not heard. */
export const GREETING: Uint8Array = new TextEncoder().encode("!");

/** Connects to a peer, and waits until it is there. */
export async function connectedTo({ sockets, address }: Peer): Promise<Connection> {
  const client = await sockets.connect(address);
  // One byte: so it comes whole, or not at all.
  await client.receive(new Uint8Array(GREETING.length));
  return client;
}

export function addressOf(host: string, port: number): Address {
  return host.includes(":") ? new Internet6Address(host, port) : new InternetAddress(host, port);
}

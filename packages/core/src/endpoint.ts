import type { Handle, Made } from "./adapter.ts";
import type { Address } from "./address.ts";
import type { SocketShutdown, SocketState } from "./constants.ts";
import type { OptionOwner, OptionStore } from "./options/option-store.ts";
import type { Direction, ReadinessSource } from "./readiness.ts";
import type { Connection, Datagram, Outgoing, Received } from "./socket.ts";
import type { Limit } from "./wait.ts";

/**
 * What a `Socket` is inside: the states and verbs of its type. Arguments are checked, and the socket is open.
 *
 * A verb that the type does not have is `EOPNOTSUPP`.
 */
export interface Endpoint extends OptionOwner {
  readonly options: OptionStore;
  readonly localAddress: Address | undefined;
  readonly remoteAddress: Address | undefined;
  readonly state: SocketState;
  /** How many datagrams there was no room for. */
  readonly dropped: number;
  /** What the adapter gave, while there is such. */
  readonly handle: Handle | undefined;
  /** Takes what the adapter has made without being asked. */
  adopt(made: Made): void;
  /** Closes the socket, and leaves the handle open. @throws {SocketError} `EINVAL`: something waits in user space. */
  release(): void;
  bind(at: Address): Promise<void>;
  listen(backlog: number): Promise<void>;
  accept(limit: Limit | undefined): Promise<Endpoint>;
  tryAccept(): Endpoint | undefined;
  connect(to: Address, limit: Limit | undefined): Promise<void>;
  send(bytes: Uint8Array, limit: Limit | undefined): Promise<number>;
  sendAll(bytes: Uint8Array, limit: Limit | undefined): Promise<void>;
  trySend(bytes: Uint8Array): number;
  receive(into: Uint8Array, limit: Limit | undefined): Promise<number>;
  receiveExactly(into: Uint8Array, limit: Limit | undefined): Promise<number>;
  tryReceive(into: Uint8Array): number;
  sendTo(bytes: Uint8Array, to: Address, limit: Limit | undefined): Promise<number>;
  trySendTo(bytes: Uint8Array, to: Address): number;
  receiveFrom(into: Uint8Array, limit: Limit | undefined): Promise<Received>;
  tryReceiveFrom(into: Uint8Array): Received | undefined;
  sendMany(datagrams: readonly Outgoing[], limit: Limit | undefined): Promise<number>;
  receiveMany(most: number, limit: Limit | undefined): Promise<Datagram[]>;
  shutdown(how: SocketShutdown): Promise<void>;
  close(): Promise<void>;
  /** What comes: connections, which `adopt` makes sockets of, bytes or datagrams. The first step fails where the socket is closed. */
  items(adopt: (accepted: Endpoint) => Connection): AsyncGenerator<Connection | Uint8Array | Datagram, void>;
  /** Whether a call that waits keeps the process alive. */
  keepAlive(isEnabled: boolean): void;
  readiness(direction: Direction): ReadinessSource;
}

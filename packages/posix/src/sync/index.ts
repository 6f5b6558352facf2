/**
 * Berkeley sockets whose calls wait in the thread, as in C: for scripts, command-line tools and workers.
 *
 * While a call waits, the event loop of its thread stands still: no timer, no promise, no other socket. A program that serves
 * several peers at once uses `select()`, or the sockets of `@omnisock/posix`, or a worker for each.
 */

export type { Credentials, Notes, QueuedError } from "../ancillary.ts";
export { type BatchedDatagram, type BatchOptions, DatagramBatch } from "../datagram-batch.ts";
export * from "../flags.ts";
export type { Message, ReceivedMessage } from "../messages.ts";
export * from "../posix-options.ts";
export type { TcpInfo, TcpState } from "../tcp-info.ts";
export { inheritedSockets } from "./inherited.ts";
export { type PollEntry, poll, type Selection, type SelectOptions, select } from "./select.ts";
export { Socket } from "./socket.ts";
export { rawSocket, socketPair } from "./socket-pair.ts";
export { SocketSet } from "./socket-set.ts";

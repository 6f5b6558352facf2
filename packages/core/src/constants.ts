/**
 * The kind of address a socket uses.
 *
 * Source: socket(2); D's `std.socket.AddressFamily`.
 */
export const AddressFamily = {
  /** IP version 4. */
  INET: "INET",
  /** IP version 6. */
  INET6: "INET6",
  /** Sockets of this machine, named by a path: `UnixAddress`. */
  UNIX: "UNIX",
} as const;
export type AddressFamily = (typeof AddressFamily)[keyof typeof AddressFamily];

/**
 * What a socket carries.
 *
 * Source: socket(2); D's `std.socket.SocketType`.
 */
export const SocketType = {
  /** A reliable, ordered stream of bytes: TCP, or a Unix stream. */
  STREAM: "STREAM",
  /** Packets that go whole or not at all, and may be lost, doubled or overtaken: UDP. */
  DGRAM: "DGRAM",
  /** A connection of Unix sockets whose packets arrive whole, in order, and none is lost. */
  SEQPACKET: "SEQPACKET",
} as const;
export type SocketType = (typeof SocketType)[keyof typeof SocketType];

/**
 * The direction that `shutdown()` ends.
 *
 * Source: shutdown(2); D's `std.socket.SocketShutdown`.
 */
export const SocketShutdown = {
  /** Nothing more will be received here. */
  RECEIVE: "RECEIVE",
  /** Nothing more will be sent from here: the peer sees the end of the stream. */
  SEND: "SEND",
  /** Both directions. */
  BOTH: "BOTH",
} as const;
export type SocketShutdown = (typeof SocketShutdown)[keyof typeof SocketShutdown];

/**
 * Where a socket is in its life.
 *
 * Source: the states of a TCP connection, RFC 9293 section 3.3.2, as far as a process sees them.
 */
export const SocketState = {
  /** Neither bound nor connected, or closed. */
  CLOSED: "CLOSED",
  BOUND: "BOUND",
  LISTENING: "LISTENING",
  CONNECTING: "CONNECTING",
  CONNECTED: "CONNECTED",
  /** Shut down for sending here: TCP's FIN-WAIT. */
  SEND_CLOSED: "SEND_CLOSED",
  /** The peer has ended its stream, or receiving was shut down here: TCP's CLOSE-WAIT. */
  RECEIVE_CLOSED: "RECEIVE_CLOSED",
  /** Both directions have ended: TCP's CLOSING, LAST-ACK, or TIME-WAIT when this end shut down first. Or `close()` is under way. */
  CLOSING: "CLOSING",
} as const;
export type SocketState = (typeof SocketState)[keyof typeof SocketState];

/** What a `try…` verb returns instead of waiting. */
export const WOULD_BLOCK = -1;

/** Connections the kernel keeps waiting when `listen()` is given no number: listen(2)'s SOMAXCONN of old, as in Node and Deno. */
export const DEFAULT_BACKLOG = 511;

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
} as const;
export type AddressFamily = (typeof AddressFamily)[keyof typeof AddressFamily];

/**
 * What a socket carries.
 *
 * Source: socket(2); D's `std.socket.SocketType`.
 */
export const SocketType = {
  /** A reliable, ordered stream of bytes: TCP. */
  STREAM: "STREAM",
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

/** What a `try…` verb returns instead of waiting. */
export const WOULD_BLOCK = -1;

/** Connections the kernel keeps waiting when `listen()` is given no number: listen(2)'s SOMAXCONN of old, as in Node and Deno. */
export const DEFAULT_BACKLOG = 511;

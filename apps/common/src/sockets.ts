/** Whose sockets a program tries. */

/** What the runtime's sockets and the system's have in common. */
export type Sockets = Pick<typeof import("omnisock"), "Socket" | "connect" | "listen">;

/** Those of the runtime; or, by `omnisock/posix`, the system's own, which have all that Berkeley sockets have. */
export function socketsOf(whose: "runtime" | "system"): Promise<Sockets> {
  return whose === "system" ? import("omnisock/posix") : import("omnisock");
}

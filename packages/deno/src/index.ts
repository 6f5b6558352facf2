import { type Socket as BerkeleySocket, type SocketConstructor, socketClass } from "@omnisock/core";
import { adapter } from "./adapter.ts";

export { adapter };

/** Berkeley sockets on Deno. */
export const Socket: SocketConstructor = socketClass(adapter);
export type Socket = BerkeleySocket;

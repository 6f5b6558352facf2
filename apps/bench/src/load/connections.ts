import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";

/** A TCP connection to the server. What breaks it ends the process, and says so. */
export async function connectTo(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
  await once(socket, "connect");
  socket.on("error", giveUp);
  return socket;
}

/** Ends sending on all, and waits until the server has closed its end of each. */
export async function closeAll(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(
    sockets.map(async (socket) => {
      socket.removeAllListeners("end").removeAllListeners("data").resume();
      const ended = once(socket, "end");
      socket.end();
      await ended;
    }),
  );
}

/** Nothing that follows would be worth anything. */
export function giveUp(error: Error | string): never {
  console.error(`load: ${typeof error === "string" ? error : error.message}`);
  process.exit(1);
}

/** The other end, without omnisock, so that the programs are held to what TCP does and not to themselves. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Listens on a port of the system's choice; returns the port. */
export async function listen(serve: (socket: Socket) => void, host = "127.0.0.1"): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return portOf(server);
}

export function echo(socket: Socket): void {
  socket.pipe(socket);
}

/**
 * A port where nobody listens. One end of a connection has it until the test has finished: a port that was merely given back
 * may be somebody else's by the time that it is tried.
 *
 * @param port Which one, when it is not for the system to choose; whoever listened there has gone.
 */
export async function freePort(port = 0): Promise<number> {
  const at = await listen(() => {});
  const socket = connect({ host: "127.0.0.1", port: at, localAddress: "127.0.0.1", localPort: port });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket.localPort as number;
}

/** Connects. That the server may break the connection is for those to find out who read from it. */
export async function dial(to: { host: string; port: number }): Promise<Socket> {
  const socket = connect({ host: to.host, port: to.port, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket.on("error", () => {});
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

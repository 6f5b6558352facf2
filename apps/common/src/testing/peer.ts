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

/** A port where nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

export async function dial(to: { host: string; port: number }): Promise<Socket> {
  const socket = connect({ host: to.host, port: to.port, allowHalfOpen: true });
  await once(socket, "connect");
  onTestFinished(() => void socket.destroy());
  return socket;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

import { AddressFamily, SO_RCVTIMEO, SocketType } from "@omnisock/core";
import { Socket } from "../../dist/sync/index.js";
import { loopback } from "../support.ts";

/** A socket that listens on a port of its own. */
export function listener(): Socket {
  const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
  socket.bind(loopback);
  return socket.listen();
}

/** Two ends of a TCP connection; the kernel takes it before `accept()` does. */
export function tcpPair(): [client: Socket, server: Socket] {
  using server = listener();
  const client = new Socket(AddressFamily.INET, SocketType.STREAM).connect(addressOf(server));
  return [client, server.accept()];
}

export function addressOf(socket: Socket): NonNullable<Socket["localAddress"]> {
  const { localAddress } = socket;
  if (localAddress === undefined) throw new Error("the socket has no address");
  return localAddress;
}

/** A bound datagram socket. It does not wait for ever: what is lost would block the thread of the test. */
export function datagrams(): Socket {
  const socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
  socket.bind(loopback);
  socket.setOption(SO_RCVTIMEO, 10_000);
  return socket;
}

/** The code of the error that a call throws. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
  return "nothing thrown";
}

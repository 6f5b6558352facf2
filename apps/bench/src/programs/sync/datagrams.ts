/** Blocking datagram sockets. */
import process from "node:process";
import { AddressFamily, InternetAddress, SO_RCVTIMEO } from "omnisock";
import { Socket, SocketError, SocketType } from "omnisock/posix/sync";
import { announce } from "../shared/server.ts";

const LOOK_UP_MILLISECONDS = 1000;

/** A datagram socket on a loopback port. */
export function bound(): Socket {
  const socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
  socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
  socket.setOption(SO_RCVTIMEO, LOOK_UP_MILLISECONDS);
  announce(socket.localAddress?.port ?? 0);
  return socket;
}

/** Calls `receive` over and over. A blocked thread sees no end of standard input: it looks now and then whether whoever started it is there. */
export function serveForever(receive: () => void): void {
  for (const parent = process.ppid; process.ppid === parent; ) {
    try {
      for (;;) receive();
    } catch (error) {
      if (!(error instanceof SocketError && error.wouldBlock)) throw error;
    }
  }
}

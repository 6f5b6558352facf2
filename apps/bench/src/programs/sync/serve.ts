/** Blocking servers: one connection after the other, as the simplest program in C. */
import process from "node:process";
import { AddressFamily, InternetAddress, SO_RCVTIMEO, TCP_NODELAY } from "omnisock";
import { Socket, SocketError, SocketType } from "omnisock/posix/sync";
import { announce } from "../shared/server.ts";

const LOOK_UP_MILLISECONDS = 1000;

/** A blocked thread sees no end of standard input: it looks now and then whether whoever started it is still there. */
export function serve(each: (connection: Socket) => void): void {
  using listener = new Socket(AddressFamily.INET, SocketType.STREAM);
  listener.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
  listener.listen();
  listener.setOption(SO_RCVTIMEO, LOOK_UP_MILLISECONDS);
  announce(listener.localAddress?.port ?? 0);
  const parent = process.ppid;
  while (process.ppid === parent) {
    try {
      using connection = listener.accept();
      connection.setOption(TCP_NODELAY, true);
      each(connection);
    } catch (error) {
      if (!(error instanceof SocketError && error.wouldBlock)) throw error;
    }
  }
}

/** Prints whether this runtime has Unix datagram sockets. */
import { AddressFamily, Socket, SocketError, SocketType } from "omnisock";

try {
  await new Socket(AddressFamily.UNIX, SocketType.DGRAM).close();
  console.log("yes");
} catch (error) {
  if (!(error instanceof SocketError && error.code === "EOPNOTSUPP")) throw error;
  console.log("no");
}

import type { DatagramSocket } from "omnisock";
import { ready } from "../shared/server.ts";
import { face } from "./face.ts";

/** A datagram socket on a loopback port. */
export async function bound(): Promise<DatagramSocket> {
  const { AddressFamily, InternetAddress, Socket, SocketType } = face;
  const socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
  await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
  ready(socket.localAddress?.port ?? 0);
  return socket;
}

import { ready } from "../shared/server.ts";

/** A datagram socket on a loopback port. */
export function bound(): Deno.DatagramConn {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  ready((socket.addr as Deno.NetAddr).port);
  return socket;
}

/** Sends each datagram back. */
import { serve } from "./datagrams.ts";

serve((socket, bytes, { address, port }) => socket.send(bytes, port, address));

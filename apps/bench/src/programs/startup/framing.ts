/** Sockets, and frames over them. */
import { AddressFamily, Socket, SocketType } from "omnisock";
import { framed, lines } from "omnisock/framing";
import { done } from "./done.ts";

framed(new Socket(AddressFamily.INET, SocketType.STREAM), lines());
done();

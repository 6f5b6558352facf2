/** Connects, sends, and prints what comes back: the client of "Coding with TCP Sockets", as in C and in Python. */
import { program } from "@omnisock/apps-common";
import { Socket, SocketShutdown, SocketType } from "omnisock/posix/sync";
import { TCP_CLIENT } from "../command-lines.ts";
import { receiveRest } from "./receive-rest.ts";

await program(TCP_CLIENT, ({ address, words }) => {
  using c1 = new Socket(address.family, SocketType.STREAM);
  c1.connect(address);
  c1.sendAll(new TextEncoder().encode(words.length > 0 ? words.join(" ") : "Hello!"));
  c1.shutdown(SocketShutdown.SEND);
  console.log(receiveRest(c1));
});

/** Serves one client after the other: the server of "Coding with TCP Sockets", as in C and in Python. */
import { program } from "@omnisock/apps-common";
import { SO_REUSEADDR, Socket, SocketError, SocketType } from "omnisock/posix/sync";
import { TCP_SERVER } from "../command-lines.ts";

await program(TCP_SERVER, ({ address }) => {
  // S1, the socket that listens.
  using s1 = new Socket(address.family, SocketType.STREAM);
  // So that it can be started again at once, while TCP still holds the port of the last time for late packets.
  s1.setOption(SO_REUSEADDR, true);
  s1.bind(address);
  // Up to 20 clients may wait for their turn.
  s1.listen(20);
  console.log(`listening on ${s1.localAddress}`);

  for (;;) {
    // S2, the other end of the client's C1.
    using s2 = s1.accept();
    try {
      talk(s2);
    } catch (error) {
      // A client may break its connection; the next is served all the same.
      if (!(error instanceof SocketError)) throw error;
      console.error(error.message);
    }
  }
});

function talk(s2: Socket): void {
  const buffer = new Uint8Array(4096);
  for (;;) {
    const byteLength = s2.receive(buffer);
    if (byteLength === 0) return;
    s2.sendAll(buffer.subarray(0, byteLength));
  }
}

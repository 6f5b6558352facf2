/** Sends one datagram and prints the answer: the D tutorial's sender, line for line. */
import { program } from "@omnisock/apps-common";
import {
  type Address,
  AddressFamily,
  Internet6Address,
  InternetAddress,
  SO_RCVTIMEO,
  Socket,
  SocketType,
  UnixAddress,
} from "omnisock/posix/sync";
import { SENDER } from "../command-lines.ts";

await program(SENDER, ({ address, words, flags }) => {
  using socket = new Socket(address.family, SocketType.DGRAM);
  // Any address will do, as we only want to be answered: the system chooses a port, or a name among Unix sockets.
  socket.bind(anyOf(address.family));

  console.log("Sending data...");
  const message = words.length > 0 ? words.join(" ") : "Hello!";
  socket.sendTo(new TextEncoder().encode(message), address);

  // A call has no timeout of its own here: it is an option of the socket, as in D and C. 0 waits for ever.
  socket.setOption(SO_RCVTIMEO, flags.timeout ?? 0);
  const buffer = new Uint8Array(1024);
  const { byteLength } = socket.receiveFrom(buffer);
  console.log(`Got response: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
});

function anyOf(family: AddressFamily): Address {
  if (family === AddressFamily.UNIX) return UnixAddress.UNNAMED;
  return family === AddressFamily.INET
    ? new InternetAddress(InternetAddress.ADDR_ANY, InternetAddress.PORT_ANY)
    : new Internet6Address(Internet6Address.ADDR_ANY, Internet6Address.PORT_ANY);
}

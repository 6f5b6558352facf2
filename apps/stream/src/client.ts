/** Sends messages and prints the answers. Mirrors the TCP client of the network-sockets text, and its exercise 2. */
import { Failure, program } from "@omnisock/apps-common";
import { Socket, SocketType } from "omnisock";

const HELP = `Usage: client [--host HOST] [--port PORT | --unix PATH] [--] [MESSAGE...]

Sends "Hello from client!", or one message after the other, and prints the answer to each.

  --host HOST  the server's IPv4 or IPv6 address or name (default 127.0.0.1)
  --port PORT  the server's port, 1 to 65535 (default 8000)
  --unix PATH  a Unix socket instead; @NAME is an abstract name
  --help       prints this

\`server\` answers one message and closes; the echo-server of select-server answers as many as there are.`;

await program({ name: "client", help: HELP, port: 8000, unix: true, words: true }, async ({ address, words }) => {
  await using socket = new Socket(address.family, SocketType.STREAM);
  console.log(`Connecting to ${address}`);
  const connection = await socket.connect(address);

  const buffer = new Uint8Array(1024);
  for (const message of words.length > 0 ? words : ["Hello from client!"]) {
    await connection.sendAll(new TextEncoder().encode(message));
    // Waiting for the answer before we send on keeps the messages apart. Nothing else does.
    const byteLength = await connection.receive(buffer);
    if (byteLength === 0) throw new Failure(`the server closed the connection without an answer to "${message}"`);
    console.log(`Received: ${new TextDecoder().decode(buffer.subarray(0, byteLength))}`);
  }
  await connection.close();
  console.log("Connection closed");
});

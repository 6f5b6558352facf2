import { AddressFamily, type Connection, InternetAddress, Socket, SocketType } from "omnisock";

const server = new Socket(AddressFamily.INET, SocketType.STREAM);
await server.bind(new InternetAddress("127.0.0.1", 7007));
const listener = await server.listen();
console.log(`echoing on ${listener.localAddress}`);
for await (const client of listener) void echo(client);

async function echo(client: Connection): Promise<void> {
  try {
    for await (const chunk of client) await client.sendAll(chunk);
  } catch (error) {
    console.error(`${client.remoteAddress}: ${error}`);
  } finally {
    await client.close();
  }
}

import { AddressFamily, InternetAddress, Socket, SocketShutdown, SocketType } from "omnisock";

const server = new Socket(AddressFamily.INET, SocketType.STREAM);
console.log(`server, made:            ${server.state}`);
await server.bind(new InternetAddress("127.0.0.1", 0));
console.log(`server, after bind():    ${server.state}`);
const listener = await server.listen();
console.log(`server, after listen():  ${server.state}`);

const client = new Socket(AddressFamily.INET, SocketType.STREAM);
console.log(`client, made:            ${client.state}`);
const connecting = client.connect(listener.localAddress);
console.log(`client, connecting:      ${client.state}`);
const connection = await connecting;
console.log(`client, connected:       ${client.state}`);

const accepted = await listener.accept();
console.log(`accepted:                ${accepted.state}`);

// The client says that it will send no more. The server's end sees it when it receives the end: 0 bytes.
await connection.shutdown(SocketShutdown.SEND);
console.log(`client, after shutdown:  ${client.state}`);
await accepted.receive(new Uint8Array(1));
console.log(`accepted, after the end: ${accepted.state}`);

await accepted.close();
await connection.receive(new Uint8Array(1));
console.log(`client, after the end:   ${client.state}`);
await client.close();
await listener.close();
console.log(`all, after close():      ${server.state}, ${client.state}, ${accepted.state}`);

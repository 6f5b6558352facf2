import { AddressFamily, InternetAddress, Socket, SocketShutdown, SocketType } from "omnisock";

const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
const connection = await socket.connect(new InternetAddress("127.0.0.1", 7007));
await connection.sendAll(new TextEncoder().encode("hello"));
// "I have said all": the server ends when we do, and that is the end of the loop below.
await connection.shutdown(SocketShutdown.SEND);
for await (const chunk of connection) console.log(new TextDecoder().decode(chunk));

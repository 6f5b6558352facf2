import { AddressFamily, Socket, SocketType } from "omnisock";

// It loads, and makes a socket, besides being the right file.
await new Socket(AddressFamily.INET, SocketType.STREAM).close();
console.log(import.meta.resolve("omnisock").split("/").at(-1));

/** Sockets that nobody waits for do not keep the process. */
import { pair } from "./common.ts";

const [client, server] = await pair();
await client.sendAll(Uint8Array.of(1, 2, 3));
await server.receive(new Uint8Array(8));
console.log("idle");

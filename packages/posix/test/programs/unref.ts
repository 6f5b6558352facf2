/** A call of a socket that is unref'd does not keep the process, and is served as long as something else does. */
import { clearInterval, setInterval } from "node:timers";
import { pair, parked } from "./common.ts";

const [client, server] = await pair();
server.unref();
const into = new Uint8Array(8);
const receiving = server.receive(into);
const somethingElse = setInterval(() => {}, 60_000);
await parked();
client.trySend(Uint8Array.of(7));
console.log(`received ${await receiving}`);
clearInterval(somethingElse);
void server.receive(into);
console.log("ends");

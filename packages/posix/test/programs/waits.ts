/** A call that waits keeps the process, until it is done. */
import { setTimeout } from "node:timers";
import { pair } from "./common.ts";

const [client, server] = await pair();
setTimeout(() => client.trySend(Uint8Array.of(7)), 100).unref();
const length = await server.receive(new Uint8Array(8));
console.log(`received ${length}`);

/** A call of a socket that is unref'd does not keep the process, and is served as long as something else does. */
import { setTimeout } from "node:timers";
import { pair } from "./common.ts";

const [client, server] = await pair();
server.unref();
const into = new Uint8Array(8);
void server.receive(into).then((length) => {
  console.log(`received ${length}`);
  void server.receive(into);
});
await new Promise((resolve) => setTimeout(resolve, 50));
client.trySend(Uint8Array.of(7));
await new Promise((resolve) => setTimeout(resolve, 300));
console.log("ends");

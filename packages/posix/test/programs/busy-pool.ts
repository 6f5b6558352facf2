/** Sockets are served while others have the threads of the runtime's pool work. */
import { pbkdf2 } from "node:crypto";
import { exit } from "node:process";
import { pair, parked } from "./common.ts";

const WORK = 12;
const [client, server] = await pair();
let done = 0;
for (let count = 0; count < WORK; count++) pbkdf2("password", "salt", 200_000, 64, "sha512", () => done++);
for (let round = 0; round < 2; round++) {
  const receiving = server.receive(new Uint8Array(8));
  await parked();
  client.trySend(Uint8Array.of(round));
  await receiving;
}
console.log(`served while there was work: ${done < WORK / 2}`);
exit(0);

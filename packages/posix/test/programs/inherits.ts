/** Uses the socket that is its descriptor 3. */
import { inheritedSockets } from "../../dist/sync/index.js";

const sockets = inheritedSockets();
sockets[0]?.sendAll(new TextEncoder().encode("from fd 3"));
console.log(`inherited ${sockets.length}`);

/** Sends back what comes, to one client at a time. */
import { serve } from "./serve.ts";

const BUFFER_BYTES = 65_536;

serve((connection) => {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = connection.receive(buffer); count > 0; count = connection.receive(buffer)) {
    connection.sendAll(buffer.subarray(0, count));
  }
});

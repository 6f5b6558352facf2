/** Sends back what comes. A peer that does not read is read no more: `write()` tells, and 'drain' when to go on. */
import { serve } from "./serve.ts";

serve((socket) => {
  socket.on("data", (chunk) => {
    if (!socket.write(chunk)) socket.pause();
  });
  socket.on("drain", () => socket.resume());
});

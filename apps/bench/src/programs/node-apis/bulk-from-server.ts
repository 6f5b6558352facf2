/** Sends from the first byte that comes until the client has ended its side. */
import { makeChunk } from "../shared/bulk.ts";
import { serve } from "./serve.ts";

const chunk = makeChunk();

serve(
  (socket) => {
    let isOver = false;
    const send = (): void => {
      while (!isOver && socket.write(chunk));
    };
    socket.once("data", send);
    socket.on("drain", send);
    socket.on("end", () => {
      isOver = true;
      socket.end();
    });
    socket.resume();
  },
  { allowHalfOpen: true },
);

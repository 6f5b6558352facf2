/** Sends every frame back, each with a write of its own, or `gathered`: those that came together. */
import { gather, Splitter } from "../shared/frames.ts";
import { serve } from "./serve.ts";
import { write } from "./writer.ts";

const isGathering = process.argv[2] === "gathered";

serve(
  () => ({ splitter: new Splitter() }),
  (socket, chunk) => {
    const { splitter } = socket.data;
    if (isGathering) write(socket, gather(splitter, chunk));
    else splitter.push(chunk, (bytes, start, end) => write(socket, bytes.subarray(start, end)));
  },
);

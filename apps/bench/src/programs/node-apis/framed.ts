/** Sends every frame back, each with a write of its own, or `gathered`: those that came together. */
import process from "node:process";
import { gather, Splitter } from "../shared/frames.ts";
import { serve } from "./serve.ts";

const isGathering = process.argv[2] === "gathered";

serve((socket) => {
  const splitter = new Splitter();
  socket.on("data", (chunk: Uint8Array) => {
    if (isGathering) socket.write(gather(splitter, chunk));
    else splitter.push(chunk, (bytes, start, end) => socket.write(bytes.subarray(start, end)));
  });
});

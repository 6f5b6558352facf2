/** Frames with a length of four bytes before them, `window` in flight on each connection. */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { closeAll, connectTo, giveUp } from "./connections.ts";
import { measure, report } from "./measure.ts";
import { messagesOf } from "./messages.ts";
import type { Settings } from "./settings.ts";

const HEADER_BYTES = 4;
const LEAST_FRAMES = 1024;

interface Flow {
  readonly socket: Socket;
  sent: number;
  received: number;
}

export async function loadFramed(settings: Settings): Promise<void> {
  const { port, connections, size, window } = settings;
  const frameBytes = HEADER_BYTES + size;
  const ring = ringOf(size, Math.max(window, LEAST_FRAMES));
  const flows: Flow[] = [];
  let isSending = true;
  let landed = (): void => {};

  /** As many as came back are sent anew, together. */
  const send = (flow: Flow): void => {
    const back = Math.floor(flow.received / frameBytes) * frameBytes;
    while (flow.sent < back + window * frameBytes) {
      const at = flow.sent % ring.length;
      const bytes = ring.subarray(at, at + back + window * frameBytes - flow.sent);
      flow.socket.write(bytes);
      flow.sent += bytes.length;
    }
  };
  const take = (flow: Flow, chunk: Buffer): void => {
    for (let at = 0; at < chunk.length; ) {
      const offset = flow.received % ring.length;
      const wanted = ring.subarray(offset, offset + chunk.length - at);
      if (!wanted.equals(chunk.subarray(at, at + wanted.length))) giveUp("other frames came back than were sent");
      at += wanted.length;
      flow.received += wanted.length;
    }
    if (flow.received > flow.sent) giveUp("more came back than was sent");
    if (isSending) send(flow);
    else if (flows.every(({ sent, received }) => sent === received)) landed();
  };

  for (let i = 0; i < connections; i++) {
    const flow = { socket: await connectTo(port), sent: 0, received: 0 };
    flows.push(flow);
    flow.socket
      .on("data", (chunk: Buffer) => take(flow, chunk))
      .on("end", () => giveUp("the server closed a connection"));
  }
  for (const flow of flows) send(flow);
  const total = (): number => flows.reduce((sum, { received }) => sum + received, 0);
  let before = 0;
  const measured = await measure(settings, () => {
    before = total();
  });
  const bytes = total() - before;
  isSending = false;
  await new Promise<void>((resolve) => {
    landed = resolve;
  });
  await closeAll(flows.map(({ socket }) => socket));
  report(measured, Math.floor(bytes / frameBytes), bytes);
}

/** Different frames, over and over. */
function ringOf(size: number, count: number): Buffer {
  const message = messagesOf(size);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(size);
  return Buffer.concat(Array.from({ length: count }, (_, i) => [header, message(0, i)]).flat());
}

import { once } from "node:events";
import net from "node:net";

/**
 * Keeps `window` frames in flight to an echo server and back for `milliseconds`: as many as came back are sent anew, together.
 * Returns how many came back.
 */
export async function driveEcho(
  port: number,
  frame: Uint8Array,
  window: number,
  milliseconds: number,
): Promise<number> {
  const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  const frames = new Uint8Array(frame.length * window);
  for (let at = 0; at < frames.length; at += frame.length) frames.set(frame, at);
  const end = performance.now() + milliseconds;
  let sent = 0;
  let received = 0;
  const send = (): void => {
    const room = window - (sent - Math.floor(received / frame.length));
    if (room === 0 || performance.now() >= end) return;
    socket.write(frames.subarray(0, room * frame.length));
    sent += room;
  };
  const done = new Promise<void>((resolve, reject) => {
    socket.on("data", (chunk) => {
      received += chunk.length;
      send();
      if (received >= sent * frame.length) resolve();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The server closed the connection")));
  });
  send();
  await done;
  socket.removeAllListeners("close").destroy();
  if (received !== sent * frame.length) throw new Error(`${received} bytes came back for ${sent} frames`);
  return sent;
}

/** Messages that come back: one in flight on each connection, or `window` over all, each time on another. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { closeAll, connectTo, giveUp } from "./connections.ts";
import { measure, report } from "./measure.ts";
import { messagesOf } from "./messages.ts";
import type { Settings } from "./settings.ts";

/** So many at a time, so that no backlog overflows. */
const OPENING = 64;

interface Flight {
  readonly socket: Socket;
  count: number;
  received: number;
  isBusy: boolean;
  began: number;
}

export async function loadEcho(settings: Settings): Promise<void> {
  const { port, connections, size } = settings;
  const message = messagesOf(size);
  const flights: Flight[] = [];
  let latencies: number[] = [];
  let isSending = true;
  let inFlight = 0;
  let landed = (): void => {};

  const send = (index: number): void => {
    const flight = flights[index] as Flight;
    Object.assign(flight, { count: flight.count + 1, received: 0, isBusy: true, began: performance.now() });
    inFlight++;
    flight.socket.write(message(index, flight.count));
  };
  const take = (index: number, chunk: Buffer): void => {
    const flight = flights[index] as Flight;
    const { received, count, isBusy, began } = flight;
    if (!isBusy || received + chunk.length > size) giveUp("more came back than was sent");
    if (!chunk.equals(message(index, count).subarray(received, received + chunk.length))) {
      giveUp("other bytes came back than were sent");
    }
    flight.received += chunk.length;
    if (flight.received < size) return;
    flight.isBusy = false;
    inFlight--;
    latencies.push(performance.now() - began);
    if (isSending) send(next(flights, index));
    else if (inFlight === 0) landed();
  };

  while (flights.length < connections) {
    const missing = Math.min(OPENING, connections - flights.length);
    const sockets = await Promise.all(Array.from({ length: missing }, () => connectTo(port)));
    for (const socket of sockets) {
      const index = flights.push({ socket, count: 0, received: 0, isBusy: false, began: 0 }) - 1;
      socket
        .on("data", (chunk: Buffer) => take(index, chunk))
        .on("end", () => giveUp("the server closed a connection"));
    }
  }
  for (let index = 0; index < (settings.window || connections); index++) send(index);
  const measured = await measure(settings, () => {
    latencies = [];
  });
  const counted = latencies;
  latencies = [];
  isSending = false;
  await new Promise<void>((resolve) => {
    landed = resolve;
  });
  await closeAll(flights.map(({ socket }) => socket));
  report(measured, counted.length, counted.length * size, counted);
}

/** Another connection for the next message, if not all have one in flight. */
function next(flights: readonly Flight[], index: number): number {
  const start = Math.floor(Math.random() * flights.length);
  for (let i = 0; i < flights.length; i++) {
    const at = (start + i) % flights.length;
    if (!flights[at]?.isBusy) return at;
  }
  return index;
}

/** Datagrams: back and forth, as many as go, and as many as come. */
import type { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setImmediate, setTimeout } from "node:timers/promises";
import { batchOf, DATA, REPORT, RESET, SEND } from "../programs/shared/datagrams.ts";
import { giveUp } from "./connections.ts";
import { measure, report } from "./measure.ts";
import { messagesOf } from "./messages.ts";
import type { Settings } from "./settings.ts";

const ANSWER_BYTES = 13;
const ASK_MILLISECONDS = 50;
const LOST_MILLISECONDS = 1000;
const STALL_MILLISECONDS = 10_000;

/** One in flight on each socket; one that is lost is sent again. */
export async function loadDatagramEcho(settings: Settings): Promise<void> {
  const { port, connections, size } = settings;
  const message = messagesOf(size);
  let latencies: number[] = [];
  let isSending = true;
  const client = async (index: number): Promise<void> => {
    const socket = await socketTo(port);
    for (let count = 1, lost = 0; isSending; ) {
      const wanted = message(index, count);
      const began = performance.now();
      socket.send(wanted);
      const got = await Promise.race([once(socket, "message"), setTimeout(LOST_MILLISECONDS)]);
      if (got === undefined) {
        if (++lost > STALL_MILLISECONDS / LOST_MILLISECONDS) giveUp("the server does not answer");
        continue;
      }
      if (!(got[0] as Buffer).equals(wanted)) giveUp("another datagram came back than was sent");
      latencies.push(performance.now() - began);
      count++;
    }
    socket.close();
  };
  const clients = Array.from({ length: connections }, (_, index) => client(index));
  const measured = await measure(settings, () => {
    latencies = [];
  });
  const counted = latencies.slice();
  isSending = false;
  await Promise.all(clients);
  report(measured, counted.length, counted.length * size, counted);
}

export async function loadFlood(settings: Settings): Promise<void> {
  if (settings.segments > 1) giveUp("only the load generator in C sends in segments");
  const socket = await socketTo(settings.port);
  const batch = batchOf();
  const flood = async (seconds: number): Promise<number> => {
    let sent = 0;
    for (const until = performance.now() + seconds * 1e3; performance.now() < until; sent += batch.length) {
      const { promise, resolve } = Promise.withResolvers<void>();
      for (const bytes of batch) socket.send(bytes, bytes === batch.at(-1) ? () => resolve() : undefined);
      await promise;
      // What has come back is looked at.
      await setImmediate();
    }
    return sent;
  };
  await flood(settings.settle);
  await ask(socket, RESET);
  const flooding = flood(settings.seconds);
  const measured = await measure({ ...settings, settle: 0 }, () => {});
  const sent = await flooding;
  const { datagrams, wrong } = await ask(socket, REPORT);
  if (wrong > 0 || datagrams > sent) giveUp(`the server counted ${datagrams} of ${sent}, ${wrong} of them wrong`);
  socket.close();
  report(measured, datagrams, datagrams * settings.size);
}

/** Asks the server to send datagrams for a while, and takes them. What counts is what it sent. */
export async function loadSink(settings: Settings): Promise<void> {
  const { port, size, settle, seconds } = settings;
  const server = await socketTo(port);
  const sink = createSocket("udp4").bind(0, "127.0.0.1");
  await once(sink, "listening");
  let taken = 0;
  sink.on("message", (bytes) => {
    const isRight = bytes.length === size && bytes[0] === DATA && (bytes[1] ?? 0) + (bytes[size - 1] ?? 0) === 255;
    if (!isRight) giveUp("a datagram is not as it was asked for");
    taken++;
  });
  const request = new DataView(new ArrayBuffer(7));
  request.setUint8(0, SEND);
  request.setUint16(5, sink.address().port);
  const round = async (duration: number): Promise<Counts> => {
    await ask(server, RESET);
    request.setUint32(1, Math.ceil(duration * 1e3));
    server.send(new Uint8Array(request.buffer));
    for (const until = performance.now() + duration * 1e3 + STALL_MILLISECONDS; performance.now() < until; ) {
      const counts = await ask(server, REPORT);
      if (counts.microseconds > 0) return counts;
    }
    return giveUp("the server does not say that it has sent");
  };
  await round(settle);
  await setTimeout(ASK_MILLISECONDS);
  taken = 0;
  const [measured, counts] = await Promise.all([measure({ ...settings, settle: 0 }, () => {}), round(seconds)]);
  if (taken === 0) giveUp(`none of ${counts.datagrams} datagrams came`);
  sink.close();
  server.close();
  report({ ...measured, seconds: counts.microseconds / 1e6 }, counts.datagrams, counts.datagrams * size);
}

interface Counts {
  readonly datagrams: number;
  readonly wrong: number;
  readonly microseconds: number;
}

async function socketTo(port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", giveUp);
  return socket;
}

/** Asks until the server answers: a datagram may be lost, a question too. */
async function ask(socket: Socket, kind: number): Promise<Counts> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const take = (bytes: Buffer): void => {
    if (bytes.length === ANSWER_BYTES && bytes[0] === kind) resolve(bytes);
  };
  socket.on("message", take);
  for (const until = performance.now() + STALL_MILLISECONDS; performance.now() < until; ) {
    socket.send(Uint8Array.of(kind));
    const answer = await Promise.race([promise, setTimeout(ASK_MILLISECONDS)]);
    if (answer === undefined) continue;
    socket.off("message", take);
    return {
      datagrams: answer.readUInt32BE(1),
      wrong: answer.readUInt32BE(5),
      microseconds: answer.readUInt32BE(9),
    };
  }
  return giveUp("the server does not say what it counted");
}

import type { AddressInfo } from "node:net";
import net from "node:net";
import { Decoder, lengthPrefixed } from "@omnisock/core/framing";

const HEADER_BYTES = 4;

/** The parts of Bun and Deno that are used here. */
interface BunSocket {
  data: Decoder<Uint8Array>;
  write(bytes: Uint8Array): number;
}
interface Bun {
  listen(options: {
    hostname: string;
    port: number;
    socket: { open(socket: BunSocket): void; data(socket: BunSocket, chunk: Uint8Array): void };
  }): { readonly port: number };
}
interface DenoConnection {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  setNoDelay(): void;
}
interface Deno {
  listen(options: {
    hostname: string;
    port: number;
  }): AsyncIterable<DenoConnection> & { readonly addr: { port: number } };
}
const { Bun, Deno } = globalThis as { Bun?: Bun; Deno?: Deno };

/** Echoes frames by the runtime's own API, each by a write of its own; returns the port. */
export function serveNatively(): Promise<number> {
  if (Bun !== undefined) return Promise.resolve(serveOnBun(Bun));
  if (Deno !== undefined) return Promise.resolve(serveOnDeno(Deno));
  return serveOnNode();
}

function serveOnNode(): Promise<number> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    const decoder = new Decoder(lengthPrefixed());
    socket.on("data", (chunk: Uint8Array) => {
      decoder.visit(chunk, (bytes, start, end) => socket.write(bytes.subarray(start - HEADER_BYTES, end)));
    });
    socket.on("error", () => {});
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function serveOnBun(bun: Bun): number {
  const listener = bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = new Decoder(lengthPrefixed());
      },
      data(socket, chunk) {
        socket.data.visit(chunk, (bytes, start, end) => {
          const frame = bytes.subarray(start - HEADER_BYTES, end);
          if (socket.write(frame) < frame.length) throw new Error("The socket's buffer is full: too much in flight");
        });
      },
    },
  });
  return listener.port;
}

function serveOnDeno(deno: Deno): number {
  const listener = deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = async (): Promise<void> => {
    for await (const connection of listener) void echoOnDeno(connection);
  };
  void serving();
  return listener.addr.port;
}

async function echoOnDeno(connection: DenoConnection): Promise<void> {
  connection.setNoDelay();
  const decoder = new Decoder(lengthPrefixed({ header: "keep" }));
  const into = new Uint8Array(65536);
  for (let count = await connection.read(into); count !== null; count = await connection.read(into)) {
    for (const frame of decoder.push(into.subarray(0, count))) {
      for (let sent = 0; sent < frame.length; ) sent += await connection.write(frame.subarray(sent));
    }
  }
}

/** Runs the chat's programs, and joins as others would: with plain sockets and with `ws`. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { dial, type Programs, programsOf, type Running, type RuntimeName } from "@omnisock/apps-common/testing";
import { expect, onTestFinished } from "vitest";
import WebSocket from "ws";

const programs: Programs = programsOf(import.meta.url);
export const start: Programs["start"] = programs.start;
export const run: Programs["run"] = programs.run;

export interface Server extends Running {
  readonly host: string;
  readonly port: number;
  readonly webPort: number;
}

/** Starts the server and waits until it listens, on ports of the system's choice. */
export async function startServer(runtime: RuntimeName, args: readonly string[] = []): Promise<Server> {
  const running = start(runtime, "server", ["--port", "0", "--web-port", "0", ...args]);
  const [, host = "", port] = await running.match(/^listening on \[?(.+?)\]?:(\d+)$/);
  const [, webPort] = await running.match(/^browsers: http:\/\/.*:(\d+)\/$/);
  return Object.assign(running, { host, port: Number(port), webPort: Number(webPort) });
}

/** Somebody in the chat, or at its door. */
export interface Member {
  say(line: string): void;
  /** The next line that they read; "(end)" when the connection has ended. */
  next(): Promise<string>;
}

export interface LineMember extends Member {
  readonly socket: Socket;
}

/** Connects to the port for browsers, without a word. */
export function dialWeb({ host, webPort }: Server): Promise<Socket> {
  return dial({ host, port: webPort });
}

/** Connects to the port for lines. */
export async function knock(server: Server): Promise<LineMember> {
  const socket = await dial(server);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    socket,
    say: (line) => void socket.write(`${line}\n`),
    next: async () => {
      const { done, value } = await lines.next();
      return done ? "(end)" : value;
    },
  };
}

export interface WebMember extends Member {
  readonly socket: WebSocket;
}

/** Opens a WebSocket. */
export async function knockAsBrowser(server: Server, options: WebSocket.ClientOptions = {}): Promise<WebMember> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.webPort}/chat`, options);
  const queue: string[] = [];
  let wake = () => {};
  const put = (line: string) => {
    queue.push(line);
    wake();
  };
  socket.on("message", (data) => put(String(data)));
  socket.on("close", (code) => put(`(closed with ${code})`));
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return {
    socket,
    say: (line) => socket.send(line),
    next: async () => {
      while (queue.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return queue.shift() as string;
    },
  };
}

/** Gives the name, and reads the welcome. */
export async function enter<M extends Member>(member: M, name: string): Promise<M> {
  expect(await member.next()).toBe("* What is your name?");
  member.say(name);
  expect(await member.next()).toMatch(`* Welcome, ${name}. `);
  return member;
}

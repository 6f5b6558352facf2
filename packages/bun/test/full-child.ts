/** Prints what each call says while the process can open no file, then while it can open one. */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { getAddresses, Socket } from "@omnisock/bun";
import { AddressFamily, InternetAddress, SocketType, UnixAddress } from "@omnisock/core";

const { INET, UNIX } = AddressFamily;
const name = (what: string): UnixAddress => UnixAddress.abstract(`omnisock-full-${process.pid}-${what}`);
const stream = (family: AddressFamily) => new Socket(family, SocketType.STREAM);

async function listener(at: InternetAddress | UnixAddress) {
  const socket = stream(at.family);
  await socket.bind(at);
  return socket.listen();
}

const tcp = await listener(new InternetAddress("127.0.0.1", 0));
await listener(name("taken"));
const gone = await listener(new InternetAddress("127.0.0.1", 0));
await gone.close();

const calls = {
  listen: () => listener(new InternetAddress("127.0.0.1", 0)),
  "listen, Unix": () => listener(name("free")),
  connect: () => stream(INET).connect(tcp.localAddress),
  "connect, Unix": () => stream(UNIX).connect(name("taken")),
  getAddresses: () => getAddresses("nowhere.example", 80),
};
const others = {
  "listen, taken": () => listener(tcp.localAddress as InternetAddress),
  "connect, refused": () => stream(INET).connect(gone.localAddress),
  "connect, Unix, missing": () => stream(UNIX).connect(new UnixAddress("/tmp/no-such-socket")),
};

const open: number[] = [];
try {
  for (;;) open.push(openSync("/dev/null", "r"));
} catch {}
for (const [verb, call] of Object.entries(calls)) console.log(`${verb}: ${await codeOf(call)}`);
closeSync(open.pop() as number);
for (const [verb, call] of Object.entries(others)) console.log(`${verb}: ${await codeOf(call)}`);

async function codeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return "no error";
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

/** Signals, one after the other, neither end a blocking call nor keep it from ending when its time is up. */
import { spawn } from "node:child_process";
import process from "node:process";
import {
  type Address,
  AddressFamily,
  InternetAddress,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SocketType,
  UnixAddress,
} from "@omnisock/core";
import { Socket, socketPair } from "../../dist/sync/index.js";

const { INET, UNIX } = AddressFamily;
const { STREAM, DGRAM } = SocketType;
/** Longer than it takes until the next signal. */
const LIMIT = 200;
const bytes = new Uint8Array(100_000);

/** A listener that has room for no more connections. */
function full(family: AddressFamily, at: Address): Address {
  const listener = new Socket(family, STREAM);
  listener.bind(at);
  listener.listen(1);
  for (let isFull = false; !isFull; ) {
    const client = new Socket(family, STREAM);
    client.setOption(SO_SNDTIMEO, 10);
    try {
      client.connect(listener.localAddress as Address);
    } catch {
      isFull = true;
    }
  }
  return listener.localAddress as Address;
}

function tell(name: string, call: () => unknown): void {
  try {
    console.log(`${name} ${String(call())}`);
  } catch (error) {
    console.log(`${name} ${(error as { code?: string }).code}`);
  }
}

const unix = full(UNIX, UnixAddress.abstract(`omnisock-interrupted-${process.pid}`));
const internet = full(INET, new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0));
const [sender, receiver] = socketPair();
const [, datagrams] = socketPair(DGRAM);
const listener = new Socket(INET, STREAM).listen();
const [toUnix, toInternet] = [new Socket(UNIX, STREAM), new Socket(INET, STREAM)];
for (const socket of [receiver, datagrams, listener]) socket.setOption(SO_RCVTIMEO, LIMIT);
for (const socket of [sender, toUnix, toInternet]) socket.setOption(SO_SNDTIMEO, LIMIT);

process.on("SIGUSR2", () => {});
const signals = spawn("sh", ["-c", `while sleep 0.05; do kill -USR2 ${process.pid} || exit; done`]);

tell("receive()", () => receiver.receive(bytes));
tell("receiveFrom()", () => datagrams.receiveFrom(bytes));
tell("receiveMany()", () => datagrams.receiveMany());
tell("receiveMessage()", () => receiver.receiveMessage(bytes));
tell("accept()", () => listener.accept());
tell("send()", () => {
  for (;;) sender.send(bytes);
});
tell("sendMessage()", () => sender.sendMessage({ bytes }));
tell("connect(), Unix", () => toUnix.connect(unix));
tell("connect(), Internet", () => toInternet.connect(internet));
signals.kill();
process.exit(0);

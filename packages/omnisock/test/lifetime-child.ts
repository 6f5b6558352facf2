/** A program for lifetime.test.ts: puts sockets into the situation that its argument names, and says so. What keeps it alive then is what is tested. */
import process from "node:process";
import { setTimeout } from "node:timers";
import { memorySockets } from "@omnisock/core/memory";
import {
  type Address,
  AddressFamily,
  type Connection,
  type DatagramSocket,
  InternetAddress,
  type Listener,
  Socket,
  SocketSet,
  SocketType,
  select,
  socketPair,
  UnixAddress,
  type WaitOptions,
} from "omnisock";

const { INET, UNIX } = AddressFamily;
const { DGRAM, STREAM } = SocketType;
const loopback = new InternetAddress(InternetAddress.ADDR_LOOPBACK, 0);
const into = new Uint8Array(16);
/** Longer than any program goes on, unless this holds it up. */
const LONG = 10_000;

/** A hang ends here; the timer itself holds nothing up. */
setTimeout(() => process.exit(99), 20_000).unref();

async function listener(at: Address = loopback): Promise<Listener> {
  const socket = new Socket(at.family, STREAM);
  await socket.bind(at);
  const listening = await socket.listen();
  if (at === loopback) tell(`port ${listening.localAddress.port}`);
  return listening;
}

async function datagramSocket(): Promise<DatagramSocket> {
  const socket = new Socket(INET, DGRAM);
  await socket.bind(loopback);
  tell(`port ${socket.localAddress?.port}`);
  return socket;
}

/** On the path that is the second argument, or else an abstract name. */
async function unixDatagramSocket(): Promise<DatagramSocket> {
  const socket = new Socket(UNIX, DGRAM);
  const path = process.argv[3];
  await socket.bind(path === undefined ? UnixAddress.abstract(`omnisock-${process.pid}`) : new UnixAddress(path));
  return socket;
}

/** A connection whose other end is the test. */
async function accepted(): Promise<Connection> {
  const client = await (await listener()).accept();
  tell("accepted");
  return client;
}

function tell(what: string): void {
  console.log(what);
}

/** Connects to the port that is the second argument, where the backlog is full. */
function connectToFull(options: WaitOptions): Promise<unknown> {
  return new Socket(INET, STREAM).connect(new InternetAddress("127.0.0.1", Number(process.argv[3])), options);
}

/** Waits beside the program's end, which it holds up or not. */
function wait(what: Promise<unknown>): void {
  void what.then(
    () => tell("done"),
    (error: Error) => tell(`failed: ${error.message}`),
  );
}

async function echo(connection: Connection): Promise<void> {
  for await (const chunk of connection) await connection.sendAll(chunk);
}

async function code(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}

const situations: Record<string, () => Promise<void>> = {
  "a socket never used": async () => void new Socket(INET, STREAM),
  "an idle listener": async () => void (await listener()),
  "an idle connection": async () => void (await socketPair(INET)),
  "an idle bound datagram socket": async () => void (await datagramSocket()),
  "an idle Unix listener": async () => void (await listener(UnixAddress.abstract(`omnisock-${process.pid}`))),
  "an idle Unix connection": async () => void (await socketPair(UNIX)),
  "whether there are Unix datagrams": async () => {
    const outcome = await code(unixDatagramSocket());
    tell(`Unix datagrams: ${outcome !== "EOPNOTSUPP"}`);
  },
  "an idle Unix datagram socket": async () => {
    const socket = await unixDatagramSocket();
    await socket.sendTo(into, socket.localAddress as Address);
    await socket.receiveFrom(into);
  },
  "a receiveFrom() of a Unix socket that waits, unref()'d": async () => {
    wait((await unixDatagramSocket()).unref().receiveFrom(into));
  },
  "a receiveFrom() of a Unix socket that waits": async () => {
    const socket = await unixDatagramSocket();
    wait(socket.receiveFrom(into));
    // This timer holds nothing up: it comes to fire only where the wait does.
    setTimeout(() => void socket.sendTo(into, socket.localAddress as Address), 200).unref();
  },
  "a listener whose accept() timed out": async () => {
    const listening = await listener();
    tell(`${await code(listening.accept({ timeout: 5 }))}`);
  },
  "a connection whose receive() was aborted": async () => {
    const [one] = await socketPair(INET);
    const controller = new AbortController();
    const receiving = code(one.receive(into, { signal: controller.signal }));
    controller.abort(new Error("enough"));
    tell(`${await receiving}`);
  },
  "a connection that was used": async () => {
    const [one, other] = await socketPair(INET);
    await Promise.all([one.sendAll(new Uint8Array(16)), other.receive(into)]);
  },
  "a datagram socket that was used": async () => {
    const socket = await datagramSocket();
    const other = new Socket(INET, DGRAM);
    await Promise.all([other.sendTo(into, socket.localAddress as Address), socket.receiveFrom(into)]);
  },
  "a select() that timed out": async () => {
    await select([await listener(), await datagramSocket()], [], [], { timeout: 5 });
  },

  "an accept() that waits, unref()'d before": async () => wait((await listener()).unref().accept()),
  "an accept() that waits, unref()'d meanwhile": async () => {
    const listening = await listener();
    wait(listening.accept());
    listening.unref();
  },
  "a receive() that waits, unref()'d": async () => {
    const [one] = await socketPair(INET);
    wait(one.receive(into));
    one.unref();
  },
  "a receive() with a timeout that waits, unref()'d": async () => {
    const [one] = await socketPair(INET);
    wait(one.unref().receive(into, { timeout: LONG }));
  },
  "an accept() with a timeout that waits, unref()'d meanwhile": async () => {
    const listening = await listener();
    wait(listening.accept({ timeout: LONG }));
    listening.unref();
  },
  "two calls of select() with one set, of which one timed out before the other": async () => {
    const set = new SocketSet([await listener()]);
    await Promise.all([select(set, [], [], { timeout: 5 }), select(set, [], [], { timeout: 10 })]);
  },
  "a receiveFrom() that waits, unref()'d": async () => wait((await datagramSocket()).unref().receiveFrom(into)),
  "a message that goes to and fro between two connections, unref()'d": async () => {
    const [one, other] = await socketPair(INET);
    wait(echo(one.unref()));
    wait(echo(other.unref()));
    await one.sendAll(into);
  },
  "a select() that waits, its sockets unref()'d": async () => {
    wait(select([(await listener()).unref(), (await datagramSocket()).unref()]));
  },

  "an accept() that waits": async () => wait((await listener()).accept()),
  "an accept() that waits, unref()'d and ref()'d again": async () => {
    const listening = await listener();
    wait(listening.accept());
    listening.unref().ref();
  },
  "a select() that waits": async () => wait(select([await listener()])),
  "a select() that waits, one of its sockets unref()'d meanwhile": async () => {
    const [other] = await socketPair(INET);
    wait(select([other, await listener()]));
    other.unref();
  },
  "a receive() with a timeout that waits": async () => {
    const [one] = await socketPair(INET);
    wait(one.receive(into, { timeout: 50 }));
  },
  "a receive() of a socket in memory with a timeout that waits": async () => {
    const socket = new (memorySockets())(INET, DGRAM);
    wait(socket.receive(into, { timeout: 50 }));
  },
  "a receive() that waits": async () => wait((await accepted()).receive(into)),
  "a read of readable that waits": async () => wait((await accepted()).readable.getReader().read()),
  "a loop that waits for the next chunk": async () => {
    wait((await accepted())[Symbol.asyncIterator]().next());
  },
  "a sendAll() that waits": async () => wait((await accepted()).sendAll(new Uint8Array(64 << 20))),
  "a receiveFrom() that waits": async () => wait((await datagramSocket()).receiveFrom(into)),
  "a connect() that timed out": async () => {
    tell(`${await code(connectToFull({ timeout: 50 }))}`);
  },
  "a connect() that was aborted": async () => {
    const controller = new AbortController();
    const connecting = connectToFull({ signal: controller.signal });
    await select([], [], [], { timeout: 50 });
    controller.abort(new Error("aborted"));
    tell(`${await code(connecting)}`);
  },
  "an unref()'d connect()": async () => {
    const listening = await listener();
    wait(new Socket(INET, STREAM).unref().connect(listening.localAddress));
  },
};

await situations[process.argv[2] ?? ""]?.();
tell("end of the program");

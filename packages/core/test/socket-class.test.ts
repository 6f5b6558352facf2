/** Subclasses of `Socket`: what `accept()` makes is of them. */
import { expect, test } from "vitest";
import {
  type Address,
  AddressFamily,
  type DatagramSocket,
  InternetAddress,
  type Listener,
  type Socket,
  SocketType,
} from "../dist/index.js";
import { memorySockets } from "../dist/memory.js";

const { INET } = AddressFamily;
const { DGRAM, STREAM } = SocketType;

/** `Socket`, or what extends it. */
type SocketClass = new (family: AddressFamily, type: SocketType) => Socket;

async function connected(Socket: SocketClass): Promise<[listener: Listener, client: Socket]> {
  const listening = new Socket(INET, STREAM);
  await listening.bind(new InternetAddress("127.0.0.1", 0));
  const listener = await listening.listen();
  return [listener, await new Socket(INET, STREAM).connect(listener.localAddress)];
}

test("accept() gives the connection to the socket itself, not to one that its constructor makes", async () => {
  const Plain = memorySockets();
  const helpers: Socket[] = [];
  class WithHelper extends Plain {
    constructor(family: AddressFamily, type: SocketType) {
      helpers.push(new Plain(family, type));
      super(family, type);
    }
  }
  const [listener, client] = await connected(WithHelper);
  const accepted = await listener.accept();
  expect(accepted).toBeInstanceOf(WithHelper);
  expect(`${accepted.remoteAddress}`).toBe(`${client.localAddress as Address}`);
  expect(helpers.map(({ remoteAddress }) => remoteAddress)).toEqual([undefined, undefined, undefined]);
});

test("accept() that the constructor fails closes the connection, and gives it to nobody else", async () => {
  const Plain = memorySockets();
  let isFailing = false;
  class Failing extends Plain {
    constructor(family: AddressFamily, type: SocketType) {
      if (isFailing) throw new Error("not now");
      super(family, type);
    }
  }
  const [listener, client] = await connected(Failing);
  isFailing = true;
  await expect(listener.accept()).rejects.toThrow("not now");
  isFailing = false;
  expect(new Failing(INET, STREAM).remoteAddress).toBeUndefined();
  expect(await client.receive(new Uint8Array(1))).toBe(0);
});

test("Socket can be extended, and as DatagramSocket by its type: so the compiler says, too", async () => {
  const Plain = memorySockets();
  class Stream extends Plain {
    readonly label = "mine";
  }
  class Mail extends Plain<typeof DGRAM> {
    constructor() {
      super(INET, DGRAM);
    }

    async first(): Promise<Uint8Array | undefined> {
      return (await this.receiveMany(1))[0]?.bytes;
    }
  }
  expect(new Stream(INET, STREAM).label).toBe("mine");
  const mail: DatagramSocket = new Mail();
  await mail.bind(new InternetAddress("127.0.0.1", 0));
  const sender: DatagramSocket = new Plain(INET, DGRAM);
  await sender.sendTo(Uint8Array.of(7), mail.localAddress as Address);
  expect(await (mail as Mail).first()).toEqual(Uint8Array.of(7));
  const ofAnyType: Socket = new Plain(INET, STREAM as SocketType);
  // @ts-expect-error It may be a stream.
  const datagrams: DatagramSocket = new Plain(INET, STREAM as SocketType);
  expect([ofAnyType.type, datagrams.type]).toEqual([STREAM, STREAM]);
});

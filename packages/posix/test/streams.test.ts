/** Connections with promises, where the kernel has more to tell than bytes. */
import {
  AddressFamily,
  type Connection,
  type InternetAddress,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SocketType,
} from "@omnisock/core";
import { expect, test } from "vitest";
import { adopt, fdOf, MSG_OOB, Socket, sendMessage } from "../dist/index.js";
import { constants } from "../dist/linux/constants.js";
import { socketPair } from "../dist/sync/index.js";
import { system } from "../dist/system.js";
import { pair } from "./programs/common.ts";
import { codeOf, loopback, read, text } from "./support.ts";

const into = new Uint8Array(64);

async function receiveText(from: Connection): Promise<string> {
  return read(into, await from.receive(into));
}

test("what comes behind a message with descriptors is received too", async () => {
  const [one, two] = socketPair(SocketType.STREAM);
  const receiver = adopt(two.detach()) as unknown as Connection;
  const first = receiveText(receiver);
  one.sendMessage({ bytes: text("with"), descriptors: [one.fd] });
  one.sendAll(text("without"));
  expect([await first, await receiveText(receiver)]).toEqual(["with", "without"]);
  one.close();
  expect(await receiveText(receiver)).toBe("");
  await receiver.close();
});

test("what comes behind urgent data is received too", async () => {
  const [client, server] = await pair();
  const first = receiveText(server);
  // In one turn: the other end finds all of it at once.
  void sendMessage(client, { bytes: text("abc") });
  void sendMessage(client, { bytes: text("!") }, { flags: MSG_OOB });
  void sendMessage(client, { bytes: text("def") });
  expect([await first, await receiveText(server)]).toEqual(["abc", "def"]);
  await client.sendAll(text("ghi"));
  expect(await receiveText(server)).toBe("ghi");
  await Promise.all([client.close(), server.close()]);
});

test("sendMessage() waits for what send() has begun", async () => {
  const [client, server] = await pair();
  client.setOption(SO_SNDBUF, 20_000);
  server.setOption(SO_RCVBUF, 20_000);
  const long = new Uint8Array(2_000_000);
  const sending = client.sendAll(long);
  const message = sendMessage(client, { bytes: text("message") });
  const all = new Uint8Array(long.length + 7);
  expect(await server.receiveExactly(all)).toBe(all.length);
  expect([await sending, await message]).toEqual([undefined, 7]);
  expect(all.findIndex((byte) => byte !== 0)).toBe(long.length);
  expect(read(all.subarray(long.length))).toBe("message");
  await Promise.all([client.close(), server.close()]);
});

test("of connections that broke and were not closed, few stay open", async () => {
  const listener = new Socket(AddressFamily.INET, SocketType.STREAM);
  await listener.bind(loopback);
  const { localAddress } = await listener.listen();
  const fds = new Set<number>();
  const broken: Connection[] = [];
  for (let count = 0; count < 150; count++) {
    const client = new Socket(AddressFamily.INET, SocketType.STREAM);
    const [accepted] = await Promise.all([listener.accept(), client.connect(localAddress as InternetAddress)]);
    fds.add(fdOf(accepted));
    broken.push(accepted);
    client.setOption(SO_LINGER, { seconds: 0 });
    await client.close();
    expect(await codeOf(() => accepted.receive(into))).toBe("ECONNRESET");
  }
  await listener.close();
  const isOpen = (fd: number): boolean => system().libc.fcntl(fd, constants.F_GETFD, 0) >= 0;
  expect([...fds].filter(isOpen).length).toBeLessThanOrEqual(64 + 2);
  expect(broken.map(({ state }) => state)).toEqual(broken.map(() => broken[0]?.state));
  for (const one of broken) await one.close();
});

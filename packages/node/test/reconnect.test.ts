/** A datagram socket that changes its peer: the adapter makes a new one on the same port, which another may take meanwhile. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Address, type DatagramHandle, type DatagramSink, InternetAddress } from "@omnisock/core";
import { expect, test } from "vitest";
import { NodeDatagrams } from "../dist/node-datagrams.js";
import { PLAIN } from "./plain-options.ts";

const peer = new InternetAddress("127.0.0.1", 9);

/** A connected socket, and what is told of its end. */
async function connected(): Promise<{ handle: DatagramHandle; closed: Promise<unknown> }> {
  let handle!: DatagramHandle;
  let tell!: (cause: unknown) => void;
  const closed = new Promise<unknown>((resolve) => {
    tell = resolve;
  });
  const sink = {
    failed() {},
    writable() {},
    datagram() {},
    refused() {},
    exceptional() {},
    closed: tell,
  } satisfies DatagramSink;
  await NodeDatagrams.bind(
    {
      at: new InternetAddress("127.0.0.1", 0),
      options: PLAIN,
    },
    (bound) => {
      handle = bound;
      return sink;
    },
  );
  await handle.connect(peer);
  return { handle, closed };
}

/** A socket that is bound when the call returns. */
function taken({ host, port }: Address): Socket {
  const socket = createSocket({ type: "udp4", lookup: (name, _, found) => found(null, name, 4) });
  return socket.bind({ address: host, port, exclusive: true });
}

test("when another socket takes the port, connect() is EADDRINUSE, and so is the end of the socket", async () => {
  const { handle, closed } = await connected();
  const again = handle.connect(peer);
  const thief = taken(handle.local);
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(await closed).toMatchObject({ code: "EADDRINUSE" });
  handle.close();
  await expect(handle.connect(peer)).rejects.toMatchObject({ code: "EBADF" });
  thief.close();
});

test("close() before or during another connect() ends both", async () => {
  for (const isBefore of [true, false]) {
    const { handle, closed } = await connected();
    if (isBefore) handle.close();
    const again = expect(handle.connect(peer)).rejects.toMatchObject({ code: "EBADF" });
    handle.close();
    expect(await closed).toBe(undefined);
    await again;
    const next = taken(handle.local);
    next.close();
    await once(next, "close");
  }
});

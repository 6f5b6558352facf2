/** Sends batches of datagrams for as long as it is asked to. */
import { batchOf, Counts, requestIn, SEND, sendFor } from "../shared/datagrams.ts";
import { bound } from "./datagrams.ts";
import { face } from "./face.ts";

const { AddressFamily, InternetAddress, Socket, SocketType } = face;

const counts = new Counts();
const batch = batchOf().map((bytes) => ({ bytes }));
const server = await bound();
for await (const { bytes, from } of server) {
  const kind = counts.take(bytes);
  if (kind === SEND) await send(bytes);
  else await server.sendTo(counts.answer(kind), from);
}

async function send(request: Uint8Array): Promise<void> {
  const { milliseconds, port } = requestIn(request);
  await using socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
  await socket.connect(new InternetAddress(InternetAddress.ADDR_LOOPBACK, port));
  await sendFor(counts, milliseconds, () => socket.sendMany(batch));
}

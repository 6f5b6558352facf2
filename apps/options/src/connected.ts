import { type Connection, connect, listen } from "omnisock";

export interface Ends {
  readonly client: Connection;
  readonly server: Connection;
}

/** Connects two sockets, hands them to `use`, and closes them and the listener. */
export async function connected<T>(
  { host, port }: { host: string; port: number },
  use: (ends: Ends) => Promise<T>,
): Promise<T> {
  await using listener = await listen({ host, port });
  await using client = await connect(listener.localAddress);
  await using server = await listener.accept();
  return await use({ client, server });
}

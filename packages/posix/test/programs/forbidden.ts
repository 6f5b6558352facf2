/** What a program is told that is not permitted to call the system. */
import { AddressFamily, InternetAddress, SocketError, SocketType } from "@omnisock/core";
import { Socket } from "../../dist/index.js";
import { Socket as SyncSocket } from "../../dist/sync/index.js";

const told: string[] = [];
try {
  new SyncSocket(AddressFamily.INET, SocketType.STREAM);
} catch (error) {
  const { name, code, message } = error as { name: string; code: string; message: string };
  told.push(`${name} ${code}: ${message}`);
}
for (const host of ["127.0.0.1", "name.example"]) {
  try {
    await new Socket(AddressFamily.INET, SocketType.STREAM).connect(new InternetAddress(host, 9));
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    told.push(`${error.code}: ${(error.cause as Error).message}`);
  }
}
console.log(told.join("\n"));

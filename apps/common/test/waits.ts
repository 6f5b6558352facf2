/** A program for the tests: waits for Ctrl-C, or fails as it is told. */
import process from "node:process";
import { InternetAddress, SocketError, UnixAddress } from "omnisock";
import { choice, Failure, interruption, program, wholeNumber } from "../src/index.ts";

const flags = {
  "web-port": wholeNumber(8080, 0, 65535),
  end: choice(
    "wait",
    "return",
    "failure",
    "socket",
    "unix",
    "folder",
    "no-server",
    "low",
    "high",
    "taken",
    "other-taken",
    "hinted",
    "bug",
    "print",
    "flood",
  ),
};
const ports = ["web-port"] as const;
const hints = { EPIPE: "our own hint" };

await program({ name: "waits", help: "Usage: waits", flags, hints, ports }, async ({ flags: { end } }) => {
  const at = new InternetAddress("127.0.0.1", 9);
  const interrupted = interruption();
  if (end === "failure") throw new Failure("cannot go on");
  if (end === "socket") throw new SocketError("ECONNREFUSED", "connect", { at });
  if (end === "unix") throw new SocketError("EADDRINUSE", "bind", { at: new UnixAddress("/tmp/taken") });
  if (end === "folder") throw new SocketError("EADDRINUSE", "bind", { at: new UnixAddress("/") });
  if (end === "no-server") throw new SocketError("ENOENT", "connect", { at: new UnixAddress("/nowhere") });
  if (end === "low") throw new SocketError("EACCES", "bind", { at });
  if (end === "high") throw new SocketError("EACCES", "bind", { at: new InternetAddress("127.0.0.1", 7007) });
  if (end === "taken") throw new SocketError("EADDRINUSE", "bind", { at });
  if (end === "other-taken")
    throw new SocketError("EADDRINUSE", "bind", { at: new InternetAddress("127.0.0.1", 8080) });
  if (end === "hinted") throw new SocketError("EPIPE", "send", { at });
  if (end === "bug") throw new RangeError("a bug");
  if (end === "return") return;
  // Lets nothing else happen, as calls that block do.
  while (end === "flood") console.log("more");
  if (end === "print") {
    console.log("waiting");
    for await (const chunk of process.stdin) console.log(String(chunk));
    return;
  }
  const alive = setInterval(() => {}, 1000);
  await new Promise((_, reject) => {
    interrupted.addEventListener("abort", () => reject(interrupted.reason));
    console.log("waiting");
  }).finally(() => clearInterval(alive));
});

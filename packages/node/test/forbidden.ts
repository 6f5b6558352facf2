/** Says what a process may not do. */
import { AddressFamily, InternetAddress, SocketType } from "@omnisock/core";
import { Socket } from "../dist/index.js";

const here = new InternetAddress("127.0.0.1", 0);
const { INET } = AddressFamily;
const { DGRAM, STREAM } = SocketType;

const attempts = {
  listen: async () => {
    const socket = new Socket(INET, STREAM);
    await socket.bind(here);
    await socket.listen();
  },
  connect: () => new Socket(INET, STREAM).connect(new InternetAddress("127.0.0.1", 9)),
  bind: () => new Socket(INET, DGRAM).bind(here),
  "look up": () => new Socket(INET, STREAM).connect(new InternetAddress("a.test", 9)),
};

for (const [name, attempt] of Object.entries(attempts)) {
  const code = await attempt().then(
    () => "done",
    (error) => error.code,
  );
  console.log(`${name} ${code}`);
}

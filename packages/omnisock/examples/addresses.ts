import { AddressFamily, InternetAddress, parseAddress, Socket, SocketType, UnixAddress } from "omnisock";

const here = new InternetAddress("127.0.0.1", 7007);
console.log(`${here}: family ${here.family}, host ${here.host}, port ${here.port}`);
console.log(`${new InternetAddress(7007)}: every IPv4 address of this machine`);

// What people type, as an address. Nothing is looked up yet.
for (const text of ["127.0.0.1:80", "[::1]:80", "example.org:80", "unix:/tmp/my.socket"]) {
  const address = parseAddress(text);
  console.log(`${address}: family ${address.family}`);
}
console.log(`the same place: ${parseAddress("unix:/tmp/a").equals(new UnixAddress("/tmp/a"))}`);

// A mistake in the text is an error at once, before any socket is made.
for (const text of ["127.0.0.1", "127.0.0.1:70000"]) {
  try {
    parseAddress(text);
  } catch (error) {
    console.log(`${error}`);
  }
}

// An address and a socket have to be of the same family.
await using socket = new Socket(AddressFamily.INET6, SocketType.STREAM);
try {
  await socket.connect(here);
} catch (error) {
  console.log(`${error}`);
}

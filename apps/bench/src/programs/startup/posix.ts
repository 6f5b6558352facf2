/** A datagram socket is opened when it is bound: until then the FFI is not loaded. */
import { AddressFamily, InternetAddress, Socket, SocketType } from "omnisock/posix";
import { done } from "./done.ts";

await using socket = new Socket(AddressFamily.INET, SocketType.DGRAM);
await socket.bind(new InternetAddress(InternetAddress.ADDR_LOOPBACK, InternetAddress.PORT_ANY));
done();

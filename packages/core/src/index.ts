export type {
  Adapter,
  Capability,
  ConnectRequest,
  ListenHandle,
  ListenRequest,
  ListenSink,
  StreamHandle,
  StreamSink,
} from "./adapter.ts";
export { type Address, Internet6Address, InternetAddress, numericAddress } from "./address.ts";
export { socketClass } from "./berkeley-socket.ts";
export { AddressFamily, SocketShutdown, SocketType, WOULD_BLOCK } from "./constants.ts";
export { CodedError, SocketError, type SocketErrorCode, type SocketErrorOptions, type Syscall } from "./errors.ts";
export type { Connection, Listener, Socket, SocketConstructor, WaitOptions } from "./socket.ts";

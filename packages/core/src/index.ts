export type {
  Adapter,
  Arrived,
  BindRequest,
  Capability,
  ConnectRequest,
  DatagramHandle,
  DatagramSink,
  Handle,
  ListenHandle,
  ListenRequest,
  ListenSink,
  Made,
  StreamHandle,
  StreamSink,
} from "./adapter.ts";
export { AdaptiveSpin } from "./adaptive-spin.ts";
export {
  type Address,
  addressFromJSON,
  type HostAndPort,
  Internet6Address,
  type Internet6Details,
  InternetAddress,
  type IpAddress,
  type IpFamily,
  isUnspecified,
  lacksInterface,
  numericAddress,
  type ParseAddressOptions,
  parseAddress,
  scopedAs,
  scopedHere,
  UnixAddress,
  UnknownAddress,
} from "./address.ts";
export { checkEmpty, checkStillThere } from "./buffer-gone.ts";
export { busyPoll } from "./busy-poll.ts";
export { AddressFamily, SocketShutdown, SocketState, SocketType, WOULD_BLOCK } from "./constants.ts";
export { CodedError, SocketError, type SocketErrorCode, type SocketErrorOptions, type Syscall } from "./errors.ts";
export type { AddressInfo, AddressInfoHints } from "./names/address-info.ts";
export { type InternetHost, type LookUpOptions, type Names, names } from "./names/names.ts";
export { getProtocolByName, getProtocolByType, type Protocol, ProtocolType } from "./names/protocols.ts";
export { getServiceByName, getServiceByPort, type Service } from "./names/services.ts";
export * from "./options.ts";
export { type Direction, type ReadinessSource, type Selectable, selectable } from "./readiness.ts";
export { readyWhen, type Selection, select } from "./select.ts";
export type { ListenOptions } from "./shortcuts/listen.ts";
export { type Shortcuts, shortcuts } from "./shortcuts/shortcuts.ts";
export type {
  Connection,
  Datagram,
  DatagramSocket,
  Listener,
  Outgoing,
  Received,
  Socket,
  SocketConstructor,
  SocketOf,
  WaitOptions,
} from "./socket.ts";
export { handleOf, releaseHandle, socketClass, socketFor } from "./socket-class.ts";
export { SocketSet } from "./socket-set.ts";
export { LARGEST_BUFFER_BYTES, type SpareBuffer, takeBuffer } from "./spare-buffers.ts";
export { BoundFile, SocketFile, type SocketFiles } from "./unix.ts";

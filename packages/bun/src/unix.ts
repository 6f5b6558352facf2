import { statSync } from "node:fs";
import {
  type ListenHandle,
  type ListenSink,
  SocketFile,
  type StreamHandle,
  type StreamSink,
  UnixAddress,
} from "@omnisock/core";
import { BunStream, descriptorOf, handlers } from "./bun-stream.ts";
import { socketFiles } from "./socket-files.ts";

/** Unix sockets, whose addresses Bun does not tell. Source: https://bun.com/docs/runtime/networking/tcp */

export async function connectUnix(to: UnixAddress, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
  const ends = { local: UnixAddress.UNNAMED, remote: to };
  try {
    await Bun.connect<BunStream>({
      unix: to.path,
      allowHalfOpen: true,
      socket: { ...handlers, open: (socket) => BunStream.open(socket, connected, ends) },
    });
  } catch (cause) {
    throw to.isAbstract ? cause : explained(to, cause);
  }
}

export function listenUnix(at: UnixAddress, listening: (handle: ListenHandle) => ListenSink): void {
  let sink: ListenSink | undefined;
  const file = new SocketFile(at, socketFiles);
  const ends = { local: at, remote: UnixAddress.UNNAMED };
  const listener = Bun.listen<BunStream>({
    unix: file.boundPath,
    allowHalfOpen: true,
    socket: {
      ...handlers,
      open: (socket) => BunStream.open(socket, (handle) => (sink as ListenSink).connection(handle), ends),
    },
  });
  try {
    file.publish();
  } catch (cause) {
    listener.stop();
    throw cause;
  }
  listener.unref();
  sink = listening({
    local: at,
    fd: descriptorOf(listener),
    resume: () => {},
    pause: () => {},
    close: async () => {
      file.remove();
      listener.stop();
    },
    ref: () => listener.ref(),
    unref: () => listener.unref(),
  });
}

/** Bun says ECONNREFUSED also where the path leads nowhere, or in a circle. */
function explained({ path }: UnixAddress, cause: unknown): unknown {
  try {
    statSync(path);
    return cause;
  } catch (reason) {
    return reason;
  }
}

import type { Calls } from "./libc.ts";

/**
 * The calls as `Calls` has them, of those that are as in C.
 *
 * Those of the hot paths are written out: a compiler puts a foreign call in line only where it sees which one it is.
 *
 * Arguments are evaluated from left to right, so errno is read right after the call, whatever came of it, and before any
 * other function is entered. There the engine may collect or install compiled code, and it waits for its own threads by
 * futex(2): its EAGAIN was seen in place of an EBADF.
 *
 * @param bare Give -1 when they fail.
 * @param errno The thread's own errno, where it lies.
 */
export function withErrno(bare: Calls, errno: Int32Array): Calls {
  const { accept4, close, epoll_ctl, epoll_wait, recv, recvfrom, recvmmsg, recvmsg } = bare;
  const { send, sendmmsg, sendmsg, sendto, setsockopt } = bare;
  return {
    ...(Object.fromEntries(
      Object.entries(bare).map(([name, call]) => [name, checked(call as (...values: never[]) => number, errno)]),
    ) as unknown as Calls),
    accept4: (fd, address, length, flags) => outcome(accept4(fd, address, length, flags), errno[0]),
    close: (fd) => outcome(close(fd), errno[0]),
    epoll_ctl: (epoll, operation, fd, event) => outcome(epoll_ctl(epoll, operation, fd, event), errno[0]),
    epoll_wait: (epoll, events, most, timeout) => outcome(epoll_wait(epoll, events, most, timeout), errno[0]),
    recv: (fd, into, length, flags) => outcome(recv(fd, into, length, flags), errno[0]),
    recvfrom: (fd, into, length, flags, from, fromLength) =>
      outcome(recvfrom(fd, into, length, flags, from, fromLength), errno[0]),
    recvmmsg: (fd, messages, count, flags, timeout) => outcome(recvmmsg(fd, messages, count, flags, timeout), errno[0]),
    recvmsg: (fd, message, flags) => outcome(recvmsg(fd, message, flags), errno[0]),
    send: (fd, bytes, length, flags) => outcome(send(fd, bytes, length, flags), errno[0]),
    sendmmsg: (fd, messages, count, flags) => outcome(sendmmsg(fd, messages, count, flags), errno[0]),
    sendmsg: (fd, message, flags) => outcome(sendmsg(fd, message, flags), errno[0]),
    sendto: (fd, bytes, length, flags, to, toLength) =>
      outcome(sendto(fd, bytes, length, flags, to, toLength), errno[0]),
    setsockopt: (fd, level, name, value, length) => outcome(setsockopt(fd, level, name, value, length), errno[0]),
  };
}

function checked(call: (...values: never[]) => number, errno: Int32Array): (...values: never[]) => number {
  return (...values) => outcome(call(...values), errno[0]);
}

function outcome(result: number, errno: number | undefined): number {
  return result < 0 ? -(errno as number) : result;
}

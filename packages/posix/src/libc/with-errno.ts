import type { Calls } from "./libc.ts";

/**
 * The calls as `Calls` has them, of those that are as in C.
 *
 * Those of the hot paths are written out: a compiler puts a foreign call in line only where it sees which one it is.
 *
 * @param bare Give -1 when they fail.
 * @param failed The negative errno; called right after, so that nothing can come between.
 */
export function withErrno(bare: Calls, failed: () => number): Calls {
  const { accept4, close, epoll_ctl, epoll_wait, recv, recvfrom, recvmmsg, recvmsg } = bare;
  const { send, sendmmsg, sendmsg, sendto, setsockopt } = bare;
  return {
    ...(Object.fromEntries(
      Object.entries(bare).map(([name, call]) => [name, checked(call as (...values: never[]) => number, failed)]),
    ) as unknown as Calls),
    accept4(fd, address, length, flags) {
      const result = accept4(fd, address, length, flags);
      return result < 0 ? failed() : result;
    },
    close(fd) {
      const result = close(fd);
      return result < 0 ? failed() : result;
    },
    epoll_ctl(epoll, operation, fd, event) {
      const result = epoll_ctl(epoll, operation, fd, event);
      return result < 0 ? failed() : result;
    },
    epoll_wait(epoll, events, most, timeout) {
      const result = epoll_wait(epoll, events, most, timeout);
      return result < 0 ? failed() : result;
    },
    recv(fd, into, length, flags) {
      const result = recv(fd, into, length, flags);
      return result < 0 ? failed() : result;
    },
    recvfrom(fd, into, length, flags, from, fromLength) {
      const result = recvfrom(fd, into, length, flags, from, fromLength);
      return result < 0 ? failed() : result;
    },
    recvmmsg(fd, messages, count, flags, timeout) {
      const result = recvmmsg(fd, messages, count, flags, timeout);
      return result < 0 ? failed() : result;
    },
    recvmsg(fd, message, flags) {
      const result = recvmsg(fd, message, flags);
      return result < 0 ? failed() : result;
    },
    send(fd, bytes, length, flags) {
      const result = send(fd, bytes, length, flags);
      return result < 0 ? failed() : result;
    },
    sendmmsg(fd, messages, count, flags) {
      const result = sendmmsg(fd, messages, count, flags);
      return result < 0 ? failed() : result;
    },
    sendmsg(fd, message, flags) {
      const result = sendmsg(fd, message, flags);
      return result < 0 ? failed() : result;
    },
    sendto(fd, bytes, length, flags, to, toLength) {
      const result = sendto(fd, bytes, length, flags, to, toLength);
      return result < 0 ? failed() : result;
    },
    setsockopt(fd, level, name, value, length) {
      const result = setsockopt(fd, level, name, value, length);
      return result < 0 ? failed() : result;
    },
  };
}

function checked(call: (...values: never[]) => number, failed: () => number): (...values: never[]) => number {
  return (...values) => {
    const result = call(...values);
    return result < 0 ? failed() : result;
  };
}

/** The constants of send(2), recv(2) and poll(2), under their own names. */
import { constants } from "./linux/constants.ts";

/** The urgent byte of a TCP stream. */
export const MSG_OOB: number = constants.MSG_OOB;
/** Leaves what is received where it is, for the next call. */
export const MSG_PEEK: number = constants.MSG_PEEK;
/** Sends to directly connected hosts alone. */
export const MSG_DONTROUTE: number = constants.MSG_DONTROUTE;
/** Has a datagram's true length returned; drops a stream's bytes. */
export const MSG_TRUNC: number = constants.MSG_TRUNC;
/** Does not wait: this call alone, whatever `blocking` is. */
export const MSG_DONTWAIT: number = constants.MSG_DONTWAIT;
/** Ends a record, where the socket has such. */
export const MSG_EOR: number = constants.MSG_EOR;
/** Waits until the buffer is full, or the stream at its end. */
export const MSG_WAITALL: number = constants.MSG_WAITALL;
/** More is to follow at once: what would be a small packet waits for it. */
export const MSG_MORE: number = constants.MSG_MORE;

/** Takes what came back for something that was sent, and not what was received: `IP_RECVERR`. Does not wait. */
export const MSG_ERRQUEUE: number = constants.MSG_ERRQUEUE;

/** There is something to receive, or a connection to accept. */
export const POLLIN: number = constants.POLLIN;
/** There is urgent data. */
export const POLLPRI: number = constants.POLLPRI;
/** There is room to send. */
export const POLLOUT: number = constants.POLLOUT;
/** The socket has an error pending. Only reported. */
export const POLLERR: number = constants.POLLERR;
/** The peer is gone. Only reported. */
export const POLLHUP: number = constants.POLLHUP;

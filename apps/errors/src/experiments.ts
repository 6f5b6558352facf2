/** How to make each error happen. */
import type { Sockets } from "@omnisock/apps-common";
import {
  type Address,
  AddressFamily,
  Internet6Address,
  InternetAddress,
  type SocketErrorCode,
  SocketType,
} from "omnisock";

export interface Where {
  readonly sockets: Sockets;
  /** An address of this machine. */
  readonly here: Address;
  /** A port that needs a privilege. */
  readonly port: number;
  /** How long to wait for what does not answer, in milliseconds. */
  readonly timeout: number;
  /** Somebody who listens here and says nothing: a program of its own; without it, the experiment plays both. */
  readonly peer: Address | undefined;
}

export interface Experiment {
  /** As the text calls it. */
  readonly title: string;
  readonly expected: readonly SocketErrorCode[];
  /** Whether it is tried on an address of this machine. */
  readonly isHere?: boolean;
  what(where: Where): string;
  /** Rejects with the error. */
  provoke(where: Where): Promise<void>;
  readonly advice: string;
  /** Why it may come out in another way: with another code, or with no error at all. */
  readonly otherwise: { readonly [code in SocketErrorCode | "none"]?: string };
}

/** Reserved for documentation (RFC 5737): nobody has this address, so nobody answers. */
const NOBODY = new InternetAddress("203.0.113.1", 9);
/** A group, to which TCP cannot connect: the system knows no way there, however the network is set up. */
const NO_WAY = new InternetAddress("224.0.0.1", 80);

export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  refused: {
    title: "Connection refused",
    isHere: true,
    expected: ["ECONNREFUSED"],
    what: () => "to connect to a port where nobody listens",
    async provoke({ sockets, here, peer }) {
      await using client = new sockets.Socket(here.family, SocketType.STREAM);
      await client.connect(peer ?? (await freeAddress(sockets, here)));
    },
    advice: "Does the server run? Are host and port right? `ss -ltn` lists who listens.",
    otherwise: { none: "somebody listens there: the peer, or who has taken the port in the meantime" },
  },

  "timed-out": {
    title: "Connection timed out",
    expected: ["ETIMEDOUT"],
    what: ({ timeout }) => `to connect to ${NOBODY}, which nobody has, for ${timeout} ms`,
    async provoke({ sockets, timeout }) {
      await using client = new sockets.Socket(AddressFamily.INET, SocketType.STREAM);
      // Without a timeout of our own the system tries on for minutes.
      await client.connect(NOBODY, { timeout });
    },
    advice: "Is the machine up, and reachable (`ping`)? Does a firewall drop packets? Give connect() a timeout.",
    otherwise: {
      none: "this network answers for every address",
      ECONNREFUSED: "this network answers for every address, or Bun found no way",
      EHOSTUNREACH: "this network says at once that there is no way",
      ENETUNREACH: "this network says at once that there is no way",
    },
  },

  silent: {
    title: "Timed out while receiving",
    isHere: true,
    expected: ["EAGAIN"],
    what: ({ timeout }) => `to receive for ${timeout} ms from a server that says nothing`,
    async provoke({ sockets, here, timeout, peer }) {
      await using listener = await sockets.listen(at(here, 0));
      await using client = new sockets.Socket(here.family, SocketType.STREAM);
      await client.connect(peer ?? listener.localAddress);
      await client.receive(new Uint8Array(1024), { timeout });
    },
    advice: "Wait longer, or ask again: no byte is lost, the next receive() gets it. `error.wouldBlock` is true.",
    otherwise: { none: "something did answer", ECONNREFUSED: "nobody listens there: does the peer run?" },
  },

  "in-use": {
    title: "Address already in use",
    isHere: true,
    expected: ["EADDRINUSE"],
    what: () => "to listen where somebody listens already",
    async provoke({ sockets, here, peer }) {
      await using first = await sockets.listen(at(here, 0));
      await using second = await sockets.listen(peer ?? first.localAddress);
      await second.close();
    },
    advice: "Does the program run already? `ss -ltnp` says who has the port. Choose another, or 0 for any.",
    otherwise: { none: "nobody listened there, or the system lets both" },
  },

  permission: {
    title: "Permission denied",
    isHere: true,
    expected: ["EACCES"],
    what: ({ port }) => `to listen on port ${port}`,
    async provoke({ sockets, here, port }) {
      await using listener = await sockets.listen(at(here, port));
      await listener.close();
    },
    advice: "Choose a port from 1024 up; or let a proxy, or the service manager, have the low one.",
    otherwise: { none: "this user may", EADDRINUSE: "this user may; or the port is taken, which is found out first" },
  },

  unreachable: {
    title: "Network unreachable",
    expected: ["ENETUNREACH", "EHOSTUNREACH"],
    what: () => `to connect to ${NO_WAY}, to which there is no way`,
    async provoke({ sockets, timeout }) {
      await using client = new sockets.Socket(AddressFamily.INET, SocketType.STREAM);
      await client.connect(NO_WAY, { timeout });
    },
    advice: "Is the network up? `ip route get ADDRESS` tells the way, or that there is none.",
    otherwise: { ECONNREFUSED: "Bun calls every failure to connect a refused one" },
  },

  "not-here": {
    title: "Cannot assign requested address",
    expected: ["EADDRNOTAVAIL"],
    what: () => `to listen on ${NOBODY}, which is not this machine's`,
    async provoke({ sockets }) {
      await using listener = await sockets.listen(NOBODY);
      await listener.close();
    },
    advice: "Listen on an address of this machine (`ip addr`), or on 0.0.0.0 for all of them.",
    otherwise: { none: "this machine has the address" },
  },

  "no-name": {
    title: "No such host",
    expected: ["ENOTFOUND", "EAI_AGAIN"],
    what: () => "to connect to nobody.invalid",
    async provoke({ sockets, timeout }) {
      await using client = new sockets.Socket(AddressFamily.INET, SocketType.STREAM);
      await client.connect(new InternetAddress("nobody.invalid", 80), { timeout });
    },
    advice: "Is the name right? EAI_AGAIN: the name server does not answer; is the network up?",
    otherwise: {
      none: "the name server invents addresses",
      ETIMEDOUT: "the name server took too long, or invents addresses",
    },
  },
};

/** Which port is free? One that we had a moment ago. */
async function freeAddress({ listen }: Sockets, here: Address): Promise<Address> {
  await using listener = await listen(at(here, 0));
  return listener.localAddress;
}

export function at({ host }: Address, port: number): InternetAddress | Internet6Address {
  return host.includes(":") ? new Internet6Address(host, port) : new InternetAddress(host, port);
}

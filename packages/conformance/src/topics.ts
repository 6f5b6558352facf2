import type { Topic } from "./case.ts";
import { accept } from "./cases/accept.ts";
import { addresses } from "./cases/addresses.ts";
import { backPressure } from "./cases/back-pressure.ts";
import { backlog } from "./cases/backlog.ts";
import { bind } from "./cases/bind.ts";
import { close } from "./cases/close.ts";
import { concurrency } from "./cases/concurrency.ts";
import { connect } from "./cases/connect.ts";
import { connectAbort } from "./cases/connect-abort.ts";
import { create } from "./cases/create.ts";
import { datagram } from "./cases/datagram.ts";
import { datagramConnected } from "./cases/datagram-connected.ts";
import { datagramLimits } from "./cases/datagram-limits.ts";
import { datagramQueue } from "./cases/datagram-queue.ts";
import { datagramSizes } from "./cases/datagram-sizes.ts";
import { errors } from "./cases/errors.ts";
import { framing } from "./cases/framing.ts";
import { framingEndings } from "./cases/framing-endings.ts";
import { iteration } from "./cases/iteration.ts";
import { lifetime } from "./cases/lifetime.ts";
import { listen } from "./cases/listen.ts";
import { multicast } from "./cases/multicast.ts";
import { multicastMembership } from "./cases/multicast-membership.ts";
import { optionDatagrams } from "./cases/option-datagrams.ts";
import { optionListeners } from "./cases/option-listeners.ts";
import { optionRefusals } from "./cases/option-refusals.ts";
import { optionStreams } from "./cases/option-streams.ts";
import { options } from "./cases/options.ts";
import { rcvtimeo } from "./cases/rcvtimeo.ts";
import { receive } from "./cases/receive.ts";
import { receiveExactly } from "./cases/receive-exactly.ts";
import { reset } from "./cases/reset.ts";
import { reuse } from "./cases/reuse.ts";
import { select } from "./cases/select.ts";
import { send } from "./cases/send.ts";
import { shutdown } from "./cases/shutdown.ts";
import { signal } from "./cases/signal.ts";
import { sndtimeo } from "./cases/sndtimeo.ts";
import { socketPair } from "./cases/socket-pair.ts";
import { state } from "./cases/state.ts";
import { timeout } from "./cases/timeout.ts";
import { unixDatagramNames } from "./cases/unix-datagram-names.ts";
import { unixDatagrams } from "./cases/unix-datagrams.ts";
import { unixPackets } from "./cases/unix-packets.ts";
import { unixPaths } from "./cases/unix-paths.ts";
import { unixStreams } from "./cases/unix-streams.ts";
import { webStreams } from "./cases/web-streams.ts";
import { webStreamsEnds } from "./cases/web-streams-ends.ts";

/** The whole suite. */
export const topics: readonly Topic[] = [
  create,
  bind,
  listen,
  accept,
  backlog,
  connect,
  connectAbort,
  send,
  receive,
  receiveExactly,
  reuse,
  backPressure,
  concurrency,
  iteration,
  webStreams,
  webStreamsEnds,
  timeout,
  signal,
  rcvtimeo,
  sndtimeo,
  shutdown,
  close,
  reset,
  state,
  lifetime,
  errors,
  datagram,
  datagramSizes,
  datagramConnected,
  datagramQueue,
  datagramLimits,
  select,
  options,
  optionRefusals,
  optionStreams,
  optionListeners,
  optionDatagrams,
  multicast,
  multicastMembership,
  addresses,
  unixStreams,
  unixPackets,
  unixPaths,
  unixDatagrams,
  unixDatagramNames,
  socketPair,
  framing,
  framingEndings,
];

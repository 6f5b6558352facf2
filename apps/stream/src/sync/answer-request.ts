import { SO_RCVTIMEO, type Socket, SocketError, SocketShutdown } from "omnisock/posix/sync";
import { LONGEST_REQUEST, PATIENCE, pageFor, Refusal } from "../page.ts";
import { receiveRequest } from "./receive-request.ts";

/** Answers a client's request with a page. A client that breaks its connection, or sends what it should not, is its own loss. */
export function answerRequest(client: Socket): void {
  try {
    const request = receiveRequest(client);
    const [line = ""] = request.split("\r\n", 1);
    console.log(`Request: ${line}`);
    // It may have ended its side, but it still receives. Closing tells it that the page ends here.
    client.sendAll(new TextEncoder().encode(pageFor(line)));
  } catch (error) {
    if (!(error instanceof SocketError || error instanceof Refusal)) throw error;
    console.error(error.message);
    if (error instanceof Refusal) refuse(client, error);
  }
}

/** Answers a client that is still sending. What is unread when we close would reset the connection, and take the answer with it. */
function refuse(client: Socket, { answer }: Refusal): void {
  try {
    client.sendAll(new TextEncoder().encode(answer));
    client.shutdown(SocketShutdown.SEND);
    client.setOption(SO_RCVTIMEO, PATIENCE);
    const end = performance.now() + PATIENCE;
    const unread = new Uint8Array(LONGEST_REQUEST);
    while (performance.now() < end && client.receive(unread) > 0);
  } catch (error) {
    // It broke the connection, or never comes to an end.
    if (!(error instanceof SocketError)) throw error;
  }
}

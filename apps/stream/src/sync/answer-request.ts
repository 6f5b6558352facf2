import { Failure } from "@omnisock/apps-common";
import { type Socket, SocketError } from "omnisock/posix/sync";
import { pageFor } from "../page.ts";
import { receiveRequest } from "./receive-request.ts";

/** Answers a client's request with a page. A client that breaks its connection, or never comes to an end, is its own loss. */
export function answerRequest(client: Socket): void {
  try {
    const request = receiveRequest(client);
    const [line = ""] = request.split("\r\n", 1);
    console.log(`Request: ${line}`);
    // It may have ended its side, but it still receives. Closing tells it that the page ends here.
    client.sendAll(new TextEncoder().encode(pageFor(line)));
  } catch (error) {
    if (!(error instanceof SocketError || error instanceof Failure)) throw error;
    console.error(error.message);
  }
}

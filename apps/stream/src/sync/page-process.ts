/** What process-server starts for a client. Its connection is inherited, as the descriptor behind input, output and errors. */
import { Socket } from "omnisock/posix/sync";
import { answerRequest } from "./answer-request.ts";

using client = Socket.adopt(3);
answerRequest(client);

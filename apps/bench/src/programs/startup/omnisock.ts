import { AddressFamily, Socket, SocketType } from "omnisock";
import { done } from "./done.ts";

new Socket(AddressFamily.INET, SocketType.STREAM);
done();

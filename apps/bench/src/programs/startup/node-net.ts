/** A socket of the runtime's node:net. */
import { Socket } from "node:net";
import { done } from "./done.ts";

new Socket();
done();

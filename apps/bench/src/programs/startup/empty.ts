/** What the runtime itself takes to start. */
import { done } from "./done.ts";

done();

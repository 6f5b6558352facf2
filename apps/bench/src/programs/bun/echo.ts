/** Sends back what comes. */
import { serve } from "./serve.ts";
import { write } from "./writer.ts";

serve(() => ({}), write);

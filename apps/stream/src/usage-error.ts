/** A mistake on the command line that only the program itself can see. */
export { UsageError } from "../../common/src/failure.ts";

/** Receives to the end, and says what it got. */
import { Receipt } from "../shared/bulk.ts";
import { serve, writeAll } from "./serve.ts";

const BUFFER_BYTES = 65_536;

await serve(async (connection) => {
  const receipt = new Receipt();
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    receipt.take(buffer.subarray(0, count));
  }
  await writeAll(connection, receipt.answer());
});

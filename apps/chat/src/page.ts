/** The page that browsers get. */
import { readFileSync } from "node:fs";

export const PAGE: string = readFileSync(new URL("page.html", import.meta.url), "utf8");

/** It needs nothing but itself and its WebSocket, and the browser is told to allow nothing else. */
export const PAGE_FIELDS: readonly string[] = [
  "Content-Type: text/html; charset=utf-8",
  "Content-Security-Policy: default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options: nosniff",
  "Referrer-Policy: no-referrer",
  "Cache-Control: no-store",
];

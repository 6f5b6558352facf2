/** The peers that bring no types: what of them is used here. */
declare module "length-prefixed-stream" {
  import type { Transform } from "node:stream";
  export function decode(): Transform;
  export function encode(): Transform;
}
declare module "split2" {
  import type { Transform } from "node:stream";
  export default function split(): Transform;
}

/** Why a call fails whose buffer is not there any more: it was transferred elsewhere, or shrunk, while the call waited. */
export function bufferGone(): TypeError {
  return new TypeError("A buffer must not be transferred or shrunk while a call waits with it");
}

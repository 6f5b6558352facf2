/** What using frames after `detach()` throws. */
export function detached(): TypeError {
  return new TypeError("The socket was detached from these frames");
}

// The hash chain over one device's operations of one visit: h_n = SHA-256(bytes(h_{n-1}) ‖ bytes(SHA-256(JCS(op_n)))).

import { canonical } from "./canonical.js";
import { fromHex, sha256Now } from "./hash.js";

export const START = "0".repeat(64);

/**
 * The hash of one operation's canonical form.
 * @param {object} op
 */
export function bodyHash(op) {
  return sha256Now(new TextEncoder().encode(canonical(op)));
}

/**
 * The next link.
 * @param {string} head hex, START before the first
 * @param {string} body hex, from bodyHash
 */
export function extend(head, body) {
  const both = new Uint8Array(64);
  both.set(fromHex(head), 0);
  both.set(fromHex(body), 32);
  return sha256Now(both);
}

/**
 * The head after all these operations, which are n = 1, 2, 3 … in order.
 * @param {object[]} ops
 */
export function chainOf(ops) {
  let head = START;
  for (const op of ops) head = extend(head, bodyHash(op));
  return head;
}

// Making an operation out of what a screen wrote: its identity, its number, its moment and its place in the chain.

import { canonical } from "./canonical.js";
import { extend } from "./chain.js";
import { sha256Now } from "./hash.js";
import { uuid7 } from "./uuid7.js";

/**
 * @typedef {import("../types.d.ts").Draft} Draft
 * @typedef {import("../types.d.ts").Op} Op
 */

/**
 * @typedef {object} Made
 * @property {Op} op
 * @property {string} head the chain after it
 * @property {number} bytes how much it weighs on the wire, before compression
 */

/**
 * @param {Draft} draft
 * @param {{ n: number, head: string }} chain where this device's chain of the visit stands
 * @param {{ sup: string[] | undefined, wall: number, monotonic: number }} moment
 * @returns {Made}
 */
export function makeOperation(draft, chain, { sup, wall, monotonic }) {
  /** @type {Record<string, unknown>} */
  const op = { id: uuid7(wall), n: chain.n + 1, t: Math.round(wall), m: Math.round(monotonic) };
  for (const [key, value] of Object.entries(draft)) if (value !== undefined) op[key] = wellFormed(value);
  if (sup !== undefined) op.sup = sup;
  const body = new TextEncoder().encode(canonical(op));
  return {
    op: /** @type {Op} */ (op),
    head: extend(chain.head, sha256Now(body)),
    bytes: body.length,
  };
}

/**
 * Half a surrogate pair (a keyboard cut in the middle of a sign) has no canonical form; it becomes U+FFFD.
 * @param {unknown} value
 * @returns {unknown}
 */
function wellFormed(value) {
  if (typeof value === "string") {
    return value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
  }
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, wellFormed(each)]));
  }
  return value;
}

// The canonical form of JSON (RFC 8785): what is hashed, so that the phone and the server hash the same bytes.

/**
 * @param {unknown} value plain JSON; a key with the value undefined counts as absent
 * @returns {string}
 * @throws {TypeError} for what JSON cannot say: NaN, infinity, a lone surrogate, a function
 */
export function canonical(value) {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return string(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") return object(/** @type {Record<string, unknown>} */ (value));
  throw new TypeError(`no JSON: ${typeof value}`);
}

/** @param {number} value */
function number(value) {
  if (!Number.isFinite(value)) throw new TypeError("no JSON: a number that is not finite");
  // ECMAScript's own writing of numbers is the one RFC 8785 prescribes; -0 is written 0.
  return Object.is(value, -0) ? "0" : String(value);
}

/** @param {string} value */
function string(value) {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) {
    throw new TypeError("no JSON: a lone surrogate");
  }
  return JSON.stringify(value);
}

/** @param {Record<string, unknown>} value */
function object(value) {
  // sort() compares UTF-16 code units, which is the order of RFC 8785.
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${string(key)}:${canonical(value[key])}`).join(",")}}`;
}

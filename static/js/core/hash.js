// SHA-256 and its hexadecimal writing.

const PRIMES = Uint32Array.from({ length: 64 }, (_, at) => fraction(prime(at) ** (1 / 3)));
const BEGIN = Uint32Array.from({ length: 8 }, (_, at) => fraction(Math.sqrt(prime(at))));

/** @param {number} which @returns {number} */
function prime(which) {
  for (let found = -1, number = 2; ; number += 1) {
    let isPrime = true;
    for (let by = 2; by * by <= number; by += 1) if (number % by === 0) isPrime = false;
    if (isPrime) found += 1;
    if (found === which) return number;
  }
}

/** @param {number} value the first 32 bits behind the point */
function fraction(value) {
  return Math.floor((value % 1) * 2 ** 32);
}

/**
 * At once, for the few hundred bytes of an operation: waiting for WebCrypto would put a tap's write behind whatever
 * the page paints meanwhile. For anything larger use sha256.
 * @param {Uint8Array} bytes
 * @returns {string} lowercase hex
 */
export function sha256Now(bytes) {
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = Uint32Array.from(BEGIN);
  const words = new Uint32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let at = 0; at < 16; at += 1) words[at] = view.getUint32(block + 4 * at);
    mix(state, words);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

/**
 * One block (FIPS 180-4, 6.2.2).
 * @param {Uint32Array} state
 * @param {Uint32Array} words the block in the first sixteen
 */
function mix(state, words) {
  const w = /** @type {number[]} */ (/** @type {unknown} */ (words));
  for (let t = 16; t < 64; t += 1) {
    const [x, y] = [at(w, t - 15), at(w, t - 2)];
    const small = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const large = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[t] = (at(w, t - 16) + small + at(w, t - 7) + large) | 0;
  }
  let [a, b, c, d, e, f, g, h] = /** @type {[number, number, number, number, number, number, number, number]} */ ([
    ...state,
  ]);
  for (let t = 0; t < 64; t += 1) {
    const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + at(PRIMES, t) + at(w, t);
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, place) => {
    state[place] = at(state, place) + value;
  });
}

/** @param {ArrayLike<number>} list @param {number} place */
function at(list, place) {
  return /** @type {number} */ (list[place]);
}

/** @param {number} word @param {number} by bits to the right */
function turn(word, by) {
  return (word >>> by) | (word << (32 - by));
}

/**
 * @param {BufferSource} bytes
 * @returns {Promise<string>} lowercase hex
 */
export async function sha256(bytes) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** @param {string} text */
export function sha256Text(text) {
  return sha256(new TextEncoder().encode(text));
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** @param {string} text */
export function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

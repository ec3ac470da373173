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
  for (let t = 16; t < 64; t += 1) {
    const x = at(words, t - 15);
    const y = at(words, t - 2);
    const small = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const large = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[t] = at(words, t - 16) + small + at(words, t - 7) + large;
  }
  // Eight variables and no list: this runs between a tap and its write, on phones that have not compiled it yet.
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let t = 0; t < 64; t += 1) {
    const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + at(PRIMES, t) + at(words, t);
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
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

// The PIN that opens the app without network: stretched, salted, and slower after each wrong try.

import { fromHex, toHex } from "../core/hash.js";

const ITERATIONS = 600_000;
const FREE_TRIES = 3;
const LONGEST_WAIT = 15 * 60_000;

/** @typedef {{ salt: string, iterations: number, hash: string, tries: number, notBefore: number }} Pin */

/** @param {string} pin */
export function isPin(pin) {
  return /^\d{6}$/.test(pin);
}

/**
 * @param {string} pin
 * @returns {Promise<Pin>}
 */
export async function makePin(pin) {
  const salt = toHex(crypto.getRandomValues(new Uint8Array(16)));
  return { salt, iterations: ITERATIONS, hash: await stretch(pin, salt, ITERATIONS), tries: 0, notBefore: 0 };
}

/**
 * @param {string} pin
 * @param {Pin} kept
 */
export async function isRight(pin, kept) {
  const hash = await stretch(pin, kept.salt, kept.iterations);
  let differs = 0;
  for (let at = 0; at < hash.length; at += 1) differs |= hash.charCodeAt(at) ^ kept.hash.charCodeAt(at);
  return differs === 0;
}

/**
 * The wait after so many wrong tries in a row: none for the first three, then 5 s, doubling to a quarter of an hour.
 * It never ends in deletion: a child with the phone must not cost a month of evidence.
 * @param {number} tries
 * @returns {number} ms
 */
export function waitAfter(tries) {
  return tries < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT, 5_000 * 2 ** Math.min(tries - FREE_TRIES, 12));
}

/**
 * @param {string} pin
 * @param {string} salt hex
 * @param {number} iterations
 */
async function stretch(pin, salt, iterations) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const rules = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(salt), iterations };
  return toHex(new Uint8Array(await crypto.subtle.deriveBits(rules, key, 256)));
}

// Keys and signatures as the server knows them: base64url without padding, names of keys (RFC 7638), what is signed.

import { canonical } from "./canonical.js";

/** @typedef {import("../types.d.ts").PublicKey} PublicKey */

/**
 * base64url without padding.
 * @param {Uint8Array} bytes
 */
export function b64(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function unb64(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/**
 * The bytes under a signature.
 * @param {object} message
 */
export function statement(message) {
  return new TextEncoder().encode(canonical(message));
}

/**
 * The name of a key: SHA-256 over its necessary members.
 * @param {PublicKey} jwk
 */
export async function thumbprint({ crv, kty, x, y }) {
  const needed = kty === "EC" ? { crv, kty, x, y } : { crv, kty, x };
  return b64(new Uint8Array(await crypto.subtle.digest("SHA-256", statement(needed))));
}

const ECDSA = { name: "ECDSA", hash: "SHA-256" };

/**
 * @param {CryptoKey} key
 * @param {object} message
 * @returns {Promise<string>} 64 bytes r ‖ s
 */
export async function sign(key, message) {
  return b64(new Uint8Array(await crypto.subtle.sign(ECDSA, key, statement(message))));
}

/**
 * Whether the server signed this. null: this browser does not know Ed25519, or the key is not the one it names.
 * @param {{ key: string, jwk: PublicKey }} server
 * @param {{ key: string, sig: string, body: object }} receipt
 * @returns {Promise<boolean | null>}
 */
export async function isSigned({ key: name, jwk }, { key, sig, body }) {
  if (name !== key) return null;
  /** @type {CryptoKey} */
  let known;
  try {
    const { kty, crv, x } = jwk;
    known = await crypto.subtle.importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null; // browsers learned it between 2023 and 2025
  }
  const raw = unb64(sig);
  if (b64(raw) !== sig) return false; // a second writing of the same bytes is not what was signed
  return crypto.subtle.verify({ name: "Ed25519" }, known, raw, statement(body));
}

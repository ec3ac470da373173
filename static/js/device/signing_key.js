// This phone's own key: made here, kept by the browser, never to be read out. Where the browser refuses it the app
// works the same without it; the server's chain and receipts hold then alone.

import { thumbprint } from "../core/keys.js";

/**
 * @typedef {object} SigningKey
 * @property {string} key its name
 * @property {CryptoKey} privateKey not extractable
 * @property {import("../types.d.ts").PublicKey} jwk
 */

/** @returns {Promise<SigningKey>} */
export async function makeSigningKey() {
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const jwk = /** @type {import("../types.d.ts").PublicKey} */ ({ kty, crv, x, y });
  return { key: await thumbprint(jwk), privateKey: pair.privateKey, jwk };
}

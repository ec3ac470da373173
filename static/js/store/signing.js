// The phone's key and what became of it, in the person's own database; and the server's receipts.

import { keepMeta, meta } from "./work.js";

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").ReceiptRow} ReceiptRow
 */

/**
 * @typedef {object} Signing
 * @property {string} [key] its name; absent when this phone cannot keep a key
 * @property {CryptoKey} [privateKey]
 * @property {import("../types.d.ts").PublicKey} [jwk]
 * @property {"trusted" | "waiting" | "refused" | null} state what the server says; null: it has not heard of it
 * @property {string} [why] why there is none, or why it was refused
 */

/**
 * @param {Database} db
 * @returns {Promise<Signing | undefined>}
 */
export function signing(db) {
  return meta(db, "signing");
}

/**
 * @param {Database} db
 * @param {Signing} value
 * @returns {Promise<string>} "", or why the browser did not keep it
 */
export async function keepSigning(db, value) {
  try {
    await keepMeta(db, "signing", value);
    return "";
  } catch (error) {
    // Safari in lockdown mode, private windows, some builds: a CryptoKey cannot be cloned.
    return String(error);
  }
}

/**
 * @param {Database} db
 * @param {string} insp
 * @param {string} device
 * @returns {Promise<ReceiptRow | undefined>}
 */
export function receiptOf(db, insp, device) {
  return db.read(["receipts"], (tx) => tx.objectStore("receipts").get([insp, device]));
}

// One file that only the agency can open (inspect-export/1): a header line, then AES-256-GCM piece by piece, so that
// sixty photos never stand in memory together. docs/api.md has the format; tests/vectors/export holds both sides to it.

import { canonical } from "./canonical.js";
import { b64 } from "./keys.js";

/** @typedef {import("../types.d.ts").PublicKey} PublicKey */

export const FORMAT = "inspect-export/1";
const PIECE = 1024 * 1024;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

export class LockedFile {
  /** @type {BlobPart[]} */
  #parts = [];
  #waiting = new Uint8Array(PIECE);
  #filled = 0;
  #count = 0;

  /**
   * @param {CryptoKey} key
   * @param {Uint8Array} nonce 8 bytes
   * @param {Uint8Array<ArrayBuffer>} line the header with its line end
   */
  constructor(key, nonce, line) {
    this.key = key;
    this.nonce = nonce;
    this.line = line;
    this.#parts.push(line);
  }

  /**
   * @param {{ id: string, key: string, jwk: PublicKey }} agency whose people may open it
   * @returns {Promise<LockedFile>}
   */
  static async to({ id, key: name, jwk }) {
    const theirs = await crypto.subtle.importKey("jwk", { ...publicPart(jwk), ext: true }, CURVE, false, []);
    const ours = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const nonce = crypto.getRandomValues(new Uint8Array(8));
    const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const rules = { name: "HKDF", hash: "SHA-256", salt, info: new TextEncoder().encode(FORMAT) };
    const key = await crypto.subtle.deriveKey(rules, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const epk = publicPart(/** @type {PublicKey} */ (await crypto.subtle.exportKey("jwk", ours.publicKey)));
    const header = { agency: id, chunk: PIECE, epk, format: FORMAT, nonce: b64(nonce), salt: b64(salt), to: name };
    return new LockedFile(key, nonce, new TextEncoder().encode(`${canonical(header)}\n`));
  }

  /** @param {Uint8Array} bytes */
  async write(bytes) {
    for (let at = 0; at < bytes.length; ) {
      // A full piece goes only when more follows: the last one says that it is the last.
      if (this.#filled === PIECE) await this.#flush(0);
      const some = bytes.subarray(at, at + PIECE - this.#filled);
      this.#waiting.set(some, this.#filled);
      this.#filled += some.length;
      at += some.length;
    }
  }

  /** @returns {Promise<Blob>} */
  async done() {
    await this.#flush(1);
    return new Blob(this.#parts, { type: "application/octet-stream" });
  }

  /** @param {0 | 1} isLast */
  async #flush(isLast) {
    const iv = new Uint8Array(12);
    iv.set(this.nonce);
    new DataView(iv.buffer).setUint32(8, this.#count);
    const additionalData = new Uint8Array(this.line.length + 1);
    additionalData.set(this.line);
    additionalData[this.line.length] = isLast;
    const piece = this.#waiting.subarray(0, this.#filled);
    const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, this.key, piece);
    // Each piece becomes a Blob of its own, which the browser may keep on disk.
    this.#parts.push(new Blob([locked]));
    this.#count += 1;
    this.#filled = 0;
  }
}

/**
 * @param {PublicKey} jwk
 * @returns {PublicKey}
 */
function publicPart({ kty, crv, x, y }) {
  return { kty, crv, x, y };
}

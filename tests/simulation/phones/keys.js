// Web Crypto as far as the app uses it, at once and by the chance of the world: a browser that keeps keys, one that does
// not, and two that sign what nobody can check.

import { createCipheriv, createECDH, createHash, hkdfSync } from "node:crypto";

import { bytesOf } from "./bytes.js";

/** @typedef {{ secret: Buffer, jwk: Record<string, string> }} Pair */

const CURVE = "prime256v1";
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** @param {Uint8Array} bytes */
const number = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
/** @param {bigint} value */
const bytes32 = (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
/** @param {Buffer} bytes */
const own = (bytes) => Uint8Array.from(bytes).buffer;

/** @param {Buffer} secret */
function pointOf(secret) {
  const curve = createECDH(CURVE);
  curve.setPrivateKey(secret);
  return { curve, point: curve.getPublicKey() };
}

/**
 * @param {bigint} value
 * @returns {bigint} its inverse
 */
function inverse(value) {
  let [left, right] = [ORDER, value % ORDER];
  let [before, now] = [0n, 1n];
  while (right > 1n) {
    const times = left / right;
    [left, right] = [right, left - times * right];
    [before, now] = [now, before - times * now];
  }
  return ((now % ORDER) + ORDER) % ORDER;
}

/**
 * ECDSA with a number that comes out of the message: the same bytes every time.
 * @param {Buffer} secret
 * @param {Buffer} message
 */
export function sign(secret, message) {
  const hash = number(createHash("sha256").update(message).digest());
  const once = (number(createHash("sha256").update(secret).update(message).digest()) % (ORDER - 1n)) + 1n;
  const r = number(pointOf(bytes32(once)).point.subarray(1, 33)) % ORDER;
  const s = (inverse(once) * ((hash + r * number(secret)) % ORDER)) % ORDER;
  return Buffer.concat([bytes32(r), bytes32(s)]);
}

/**
 * @param {"none" | "good" | "wrong" | "unknown"} kind none: the browser keeps no keys. wrong: its seals are signed by
 *   another key than they name. unknown: the server never believes that the key is its own.
 * @param {(into: Uint8Array) => Uint8Array} fill
 */
export function subtleOf(kind, fill) {
  const refuse = async () => {
    throw new DOMException("this browser does not do that", "NotSupportedError");
  };
  const secretNow = () => bytes32((number(fill(Buffer.alloc(32))) % (ORDER - 1n)) + 1n);
  return {
    digest: async (/** @type {string} */ _, /** @type {BufferSource} */ bytes) =>
      own(createHash("sha256").update(bytesOf(bytes)).digest()),
    verify: refuse,
    async generateKey(/** @type {{ name: string }} */ { name }) {
      if (name === "ECDSA" && kind === "none") return refuse();
      const secret = secretNow();
      const { point } = pointOf(secret);
      const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((each) => each.toString("base64url"));
      return { privateKey: { secret: secret.toString("hex") }, publicKey: { jwk: { kty: "EC", crv: "P-256", x, y } } };
    },
    exportKey: async (/** @type {string} */ _, /** @type {Pair} */ { jwk }) => ({ ...jwk }),
    async importKey(/** @type {string} */ form, /** @type {any} */ given, /** @type {any} */ rules) {
      const name = rules.name ?? rules;
      if (form === "raw" && name === "HKDF") return { raw: bytesOf(given) };
      if (form === "jwk" && name === "ECDH") return { jwk: given };
      return refuse();
    },
    async deriveBits(/** @type {any} */ { public: theirs }, /** @type {any} */ { secret }) {
      const { x, y } = theirs.jwk;
      const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
      return own(pointOf(Buffer.from(secret, "hex")).curve.computeSecret(point));
    },
    deriveKey: async (/** @type {any} */ { salt, info }, /** @type {any} */ { raw }) => ({
      aes: Buffer.from(hkdfSync("sha256", raw, bytesOf(salt), bytesOf(info), 32)),
    }),
    async encrypt(/** @type {any} */ { iv, additionalData }, /** @type {any} */ { aes }, /** @type {any} */ plain) {
      const cipher = createCipheriv("aes-256-gcm", aes, bytesOf(iv)).setAAD(bytesOf(additionalData));
      return own(Buffer.concat([cipher.update(bytesOf(plain)), cipher.final(), cipher.getAuthTag()]));
    },
    async sign(/** @type {any} */ _, /** @type {any} */ { secret }, /** @type {BufferSource} */ given) {
      const message = bytesOf(given);
      const isProof = message.includes('"purpose"');
      const isOwn = kind === "good" || kind === (isProof ? "wrong" : "unknown");
      return own(sign(isOwn ? Buffer.from(secret, "hex") : bytes32(7n), message));
    },
  };
}

// The encrypted export: what the phone writes opens with the agency's key, whole or not at all.
import "./rig/phone.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { sha256, toHex } from "../../static/js/core/hash.js";
import { thumbprint, unb64 } from "../../static/js/core/keys.js";
import { FORMAT, LockedFile } from "../../static/js/core/locked_file.js";
import { crc32 } from "../../static/js/store/zip.js";

const FOLDER = new URL("../vectors/export/", import.meta.url);
const PIECE = 1024 * 1024;
const { agency, key, jwk, cases } = JSON.parse(readFileSync(new URL("export.json", FOLDER), "utf8"));
const { d: _d, ...open } = jwk;
const to = { id: agency, key, jwk: open };

/**
 * As the office opens it.
 * @param {Uint8Array<ArrayBuffer>} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function unlocked(file) {
  const line = file.subarray(0, file.indexOf(10) + 1);
  const header = JSON.parse(new TextDecoder().decode(line));
  assert.equal(header.format, FORMAT);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const ours = await crypto.subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]);
  const theirs = await crypto.subtle.importKey("jwk", header.epk, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const rules = { name: "HKDF", hash: "SHA-256", salt: unb64(header.salt), info: new TextEncoder().encode(FORMAT) };
  const lock = await crypto.subtle.deriveKey(rules, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  /** @type {Uint8Array[]} */
  const pieces = [];
  const count = Math.max(1, Math.ceil((file.length - line.length) / (PIECE + 16)));
  for (let at = 0; at < count; at += 1) {
    const iv = new Uint8Array(12);
    iv.set(unb64(header.nonce));
    new DataView(iv.buffer).setUint32(8, at);
    const additionalData = new Uint8Array([...line, at === count - 1 ? 1 : 0]);
    const start = line.length + at * (PIECE + 16);
    const piece = file.slice(start, start + PIECE + 16);
    pieces.push(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, lock, piece)));
  }
  return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (pieces)).arrayBuffer());
}

/**
 * The members of a stored zip.
 * @param {Uint8Array<ArrayBuffer>} zip
 */
function members(zip) {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const found = new Map();
  const view = new DataView(zip.buffer);
  for (let at = 0; view.getUint32(at, true) === 0x04034b50; ) {
    const [crc, size, title] = [
      view.getUint32(at + 14, true),
      view.getUint32(at + 18, true),
      view.getUint16(at + 26, true),
    ];
    const name = new TextDecoder().decode(zip.subarray(at + 30, at + 30 + title));
    const bytes = zip.slice(at + 30 + title, at + 30 + title + size);
    assert.equal(crc32(bytes), crc, name);
    found.set(name, bytes);
    at += 30 + title + size;
  }
  return found;
}

/** @param {string} name */
function vector(name) {
  return Uint8Array.from(readFileSync(new URL(`${name}.ktz`, FOLDER)));
}

/**
 * A file of this many bytes, written in parts of this size.
 * @param {number} size
 * @param {number} part
 */
async function written(size, part) {
  const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 10)) & 255);
  const file = await LockedFile.to(to);
  for (let at = 0; at < size; at += part) await file.write(bytes.subarray(at, at + part));
  return { bytes, file: new Uint8Array(await (await file.done()).arrayBuffer()) };
}

test("the key is named by its thumbprint", async () => {
  assert.equal(await thumbprint(jwk), key);
});

for (const { name, ops, photos, last } of cases) {
  test(`the sample "${name}" opens: every operation, every photo under its hash`, async () => {
    const inside = members(await unlocked(vector(name)));
    const lines = new TextDecoder().decode(inside.get("ops.ndjson")).trim().split("\n");
    assert.equal(lines.length, ops);
    const end = JSON.parse(/** @type {string} */ (lines.at(-1)));
    assert.deepEqual({ n: end.op.n, head: end.head }, last);
    const manifest = JSON.parse(new TextDecoder().decode(inside.get("manifest.json")));
    assert.equal(manifest.ops, ops);
    assert.equal(manifest.ops_sha256, await sha256(/** @type {BufferSource} */ (inside.get("ops.ndjson"))));
    for (const sha of photos) {
      assert.equal(await sha256(/** @type {BufferSource} */ (inside.get(`photos/${sha}`))), sha);
    }
  });
}

for (const size of [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE]) {
  test(`${size} bytes come back as they were, in whatever parts they were written`, async () => {
    const { bytes, file } = await written(size, 300_000);
    assert.equal(toHex(await unlocked(file)), toHex(bytes));
    assert.equal(file.length - file.indexOf(10) - 1, size + 16 * Math.max(1, Math.ceil(size / PIECE)));
  });
}

test("a flipped bit, a piece that is missing, a piece that is moved: none of them opens", async () => {
  const { file } = await written(2 * PIECE + 5, PIECE);
  const start = file.indexOf(10) + 1;
  for (const at of [20, start, start + PIECE + 20, file.length - 1]) {
    const bent = file.slice();
    bent[at] = /** @type {number} */ (bent[at]) ^ 1;
    await assert.rejects(() => unlocked(bent), Error, `byte ${at}`);
  }
  await assert.rejects(() => unlocked(file.slice(0, start + 2 * (PIECE + 16))), Error, "the last piece is missing");
  const [one, two] = [file.slice(start, start + PIECE + 16), file.slice(start + PIECE + 16, start + 2 * (PIECE + 16))];
  const moved = file.slice();
  moved.set(two, start);
  moved.set(one, start + PIECE + 16);
  await assert.rejects(() => unlocked(moved), Error, "two pieces changed places");
});

test("the same content is never locked the same way twice", async () => {
  const [one, other] = [await written(10, 10), await written(10, 10)];
  assert.notEqual(toHex(one.file), toHex(other.file));
});

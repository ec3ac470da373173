// Signatures: the phone signs the bytes that the server looks at, and knows the server's own.
import "./rig/phone.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isSigned, sign, statement, thumbprint, unb64 } from "../../static/js/core/keys.js";
import { keepSigning, signing } from "../../static/js/store/signing.js";
import { workOf } from "../../static/js/store/work.js";

const FOLDER = new URL("../vectors/", import.meta.url);
/** @param {string} path */
const vectors = (path) => JSON.parse(readFileSync(new URL(path, FOLDER), "utf8"));
const seals = vectors("seal/seals.json");
const receipts = vectors("receipt/receipts.json");
const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

for (const { name, message, canonical, jwk, key } of seals.cases.filter((/** @type {any} */ each) => each.jwk)) {
  test(`the bytes under the seal "${name}", and the name of its key`, async () => {
    assert.equal(new TextDecoder().decode(statement(message)), canonical);
    assert.equal(await thumbprint(jwk), key);
  });
}

test("what this code signs holds with the public half", async () => {
  const good = seals.cases.find((/** @type {any} */ each) => each.good);
  const own = await crypto.subtle.importKey("jwk", { ...good.jwk, d: seals.d }, CURVE, false, ["sign"]);
  const open = await crypto.subtle.importKey("jwk", good.jwk, CURVE, false, ["verify"]);
  const sig = await sign(own, good.message);
  assert.equal(unb64(sig).length, 64);
  assert.ok(await crypto.subtle.verify(ECDSA, open, unb64(sig), statement(good.message)));
});

for (const { name, why, body, jwk, key, sig, good } of receipts.cases) {
  test(`the receipt "${name}" (${why}) ${good ? "holds" : "does not hold"}`, async () => {
    const said = await isSigned({ key, jwk }, { key, sig, body }).catch(() => false);
    assert.equal(said === true, good);
  });
}

test("a receipt of another key than the one we know is neither right nor wrong", async () => {
  const { body, jwk, key, sig } = receipts.cases[0];
  assert.equal(await isSigned({ key: "another", jwk }, { key, sig, body }), null);
});

test("a browser without Ed25519 keeps the receipt and says that it could not look", async () => {
  const { body, jwk, key, sig } = receipts.cases[0];
  assert.equal(await isSigned({ key, jwk: { ...jwk, crv: "Ed9999" } }, { key, sig, body }), null);
});

test("a browser that refuses to keep the key says why, and what it can keep is kept", async () => {
  const db = workOf("no-keys");
  const refused = await keepSigning(db, /** @type {any} */ ({ privateKey: () => {}, state: null }));
  assert.match(refused, /DataCloneError|could not be cloned/);
  assert.equal(await keepSigning(db, { state: null, why: refused }), "");
  assert.equal((await signing(db))?.why, refused);
});

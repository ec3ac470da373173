// Canonical JSON and the hash chain against the vectors that the server passes too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { canonical } from "../../static/js/core/canonical.js";
import { bodyHash, chainOf, extend, START } from "../../static/js/core/chain.js";
import { sha256, sha256Now, sha256Text } from "../../static/js/core/hash.js";
import { makeOperation } from "../../static/js/core/operation.js";

const FOLDER = new URL("../vectors/chain/", import.meta.url);

/** @type {{ name: string, value: object, canonical: string, sha256: string }[]} */
const FORMS = JSON.parse(readFileSync(new URL("canonical.json", FOLDER), "utf8"));
/** @type {{ start: string, steps: { op: object, body_sha256: string, head: string }[] }} */
const CHAIN = JSON.parse(readFileSync(new URL("chain.json", FOLDER), "utf8"));

for (const { name, value, canonical: written, sha256 } of FORMS) {
  test(`canonical form: ${name}`, async () => {
    assert.equal(canonical(value), written);
    assert.equal(await sha256Text(canonical(value)), sha256);
  });
}

test("the hash made at once is the one that WebCrypto makes, at every length around a block", async () => {
  for (let length = 0; length < 200; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 7 + length) % 256);
    assert.equal(sha256Now(bytes), await sha256(bytes), `${length} bytes`);
  }
  const long = new Uint8Array(100_000).fill(97);
  assert.equal(sha256Now(long), await sha256(long));
});

test("the chain, link by link and whole", async () => {
  assert.equal(CHAIN.start, START);
  let head = START;
  for (const { op, body_sha256, head: expected } of CHAIN.steps) {
    assert.equal(bodyHash(op), body_sha256);
    head = extend(head, body_sha256);
    assert.equal(head, expected);
  }
  assert.equal(chainOf(CHAIN.steps.map(({ op }) => op)), head);
});

for (const [name, value] of Object.entries({
  nan: Number.NaN,
  infinity: Infinity,
  half: "\ud83d",
  nothing: undefined,
})) {
  test(`what JSON cannot say has no canonical form: ${name}`, () => {
    assert.throws(() => canonical({ a: [value] }), TypeError);
  });
}

test("an operation gets its number, its moment, and a head that anybody can recompute", async () => {
  const moment = { sup: ["a"], wall: 1795651200123.4, monotonic: 12.9 };
  const made = makeOperation({ k: "answer", i: "GEN-01", v: "fail" }, { n: 4, head: START }, moment);
  assert.equal(made.op.n, 5);
  assert.equal(made.op.t, 1795651200123);
  assert.equal(made.op.m, 13);
  assert.deepEqual(made.op.sup, ["a"]);
  assert.match(made.op.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(made.head, extend(START, bodyHash(JSON.parse(JSON.stringify(made.op)))));
});

test("half a sign from a keyboard becomes U+FFFD and is kept", async () => {
  const moment = { sup: [], wall: 1, monotonic: 1 };
  const made = makeOperation({ k: "comment", i: "", text: "cửa \ud83d khóa" }, { n: 0, head: START }, moment);
  assert.equal(made.op.text, "cửa \ufffd khóa");
});

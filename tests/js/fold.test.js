// The fold of operations against the vectors that the server's fold passes too.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Fold, fold, replaces } from "../../static/js/core/fold.js";

/** @typedef {import("../../static/js/types.d.ts").Entry} Entry */
/** @typedef {{ name: string, ops: Entry[], expect: unknown }} Vector */

const FOLDER = new URL("../vectors/fold/", import.meta.url);
const VECTORS = readdirSync(FOLDER).map(
  (name) => /** @type {Vector} */ (JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"))),
);

test("there are vectors", () => {
  assert.ok(VECTORS.length >= 25);
});

for (const { name, ops, expect } of VECTORS) {
  test(`${name}: as it came, backwards, turned and doubled`, () => {
    const turned = [...ops.slice(1), ...ops.slice(0, 1)];
    for (const order of [ops, [...ops].reverse(), turned, [...ops, ...turned]]) {
      assert.deepEqual(withoutNames(fold(order)), expect);
    }
  });
}

test("operation by operation is the same as all at once, whatever the cut", () => {
  for (const { ops, expect } of VECTORS) {
    const folded = new Fold();
    for (const entry of ops) {
      folded.apply(entry);
      folded.apply(entry);
    }
    assert.deepEqual(withoutNames(folded.state), expect);
  }
});

test("an operation names the item it touched, and a known one touches nothing", () => {
  const folded = new Fold();
  const entry = anAnswer("a1", "GEN-01", "fail", []);
  assert.deepEqual(folded.apply(entry), ["GEN-01"]);
  assert.deepEqual(folded.apply(entry), []);
});

test("a new answer replaces every value it saw; a new note only the author's own", () => {
  const state = fold([
    anAnswer("a1", "GEN-01", "fail", []),
    anAnswer("a2", "GEN-01", "pass", []),
    aNote("c1", "mai"),
    aNote("c2", "nam"),
  ]);
  assert.deepEqual(replaces(state, { k: "answer", i: "GEN-01" }, "mai"), ["a1", "a2"]);
  assert.deepEqual(replaces(state, { k: "comment", i: "GEN-01" }, "nam"), ["c2"]);
  assert.deepEqual(replaces(state, { k: "answer", i: "GEN-02" }, "mai"), []);
  assert.equal(replaces(state, { k: "photo", i: "GEN-01" }, "mai"), undefined);
});

/**
 * @param {string} id
 * @param {string} item
 * @param {unknown} value
 * @param {string[]} sup
 * @returns {Entry}
 */
function anAnswer(id, item, value, sup) {
  return { op: { id, n: 1, t: 1, m: 1, k: "answer", i: item, v: value, sup }, by: "mai", byName: "Mai", device: "d" };
}

/**
 * @param {string} id
 * @param {string} by
 * @returns {Entry}
 */
function aNote(id, by) {
  return { op: { id, n: 1, t: 1, m: 1, k: "comment", i: "GEN-01", text: id, sup: [] }, by, byName: by, device: "d" };
}

/**
 * The name is the phone's own addition; the vectors do not know it.
 * @param {unknown} state
 */
function withoutNames(state) {
  return JSON.parse(JSON.stringify(state, (key, value) => (key === "byName" ? undefined : value)));
}

// Citations and repeats against the vectors that the server passes too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { printed } from "../../static/js/core/citations.js";
import { searchEarlier } from "../../static/js/core/repeats.js";

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"));

for (const { name, bases, printed: expected } of read("citations.json")) {
  test(`a paper: ${name}`, () => {
    assert.equal(printed(bases), expected);
  });
}

const { cases, ...repeats } = read("repeats.json");

for (const { name, expect, ...asked } of cases) {
  test(`earlier findings: ${name}`, () => {
    const { matches, ...found } = searchEarlier({ more: 0, ...repeats }, asked);
    const ids = Object.fromEntries(
      Object.entries(found).map(([kind, list]) => [kind, list.map(({ id }) => id).sort()]),
    );
    assert.deepEqual(ids, expect);
    assert.equal(matches, new Set(Object.values(ids).flat()).size);
  });
}

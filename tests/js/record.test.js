// The record that is signed, against the vectors that the server passes too (tests/unit/test_record.py).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fold } from "../../static/js/core/fold.js";
import { EDITION, partMarks, recordOf, recordText } from "../../static/js/core/record.js";
import { clockWords, figure, momentWords, placeWords, printable } from "../../static/js/core/record_words.js";
import { dayOf, valuesOf } from "../../static/js/core/values.js";

const ROOT = new URL("../../", import.meta.url);
const PYTHON = process.env.PYTHON ?? ".venv/bin/python";
const PRINT = `
import pathlib, sys
from inspect_app.store.checklist_files import Library
library = Library(pathlib.Path("tests/forms/language/"))
sys.stdout.buffer.write(library.phone_json("TST", 1))
`;
/** The phone's own JSON, as the server makes it. @type {import("../../static/js/types.d.ts").Checklist} */
const TST = JSON.parse(execFileSync(PYTHON, ["-c", PRINT], { cwd: ROOT, encoding: "utf8" }));
const vectors = JSON.parse(readFileSync(new URL("../vectors/record.json", import.meta.url), "utf8"));

/** @param {{ document: any, ops: { op: any, by: string, device: string }[], on: string }} given */
function visitOf({ document, ops, on }) {
  const state = fold(ops.map((each) => ({ ...each, byName: "" })));
  const onDate = state.opened.length > 0 ? dayOf(state) : on;
  const values = valuesOf(state, new Map(TST.items.map((item) => [item.id, item])), onDate);
  return { document, checklists: [TST], state, values, onDate };
}

for (const each of vectors.cases) {
  test(`the record: ${each.name}`, () => {
    const record = recordOf(visitOf(each));
    const text = recordText(record);
    assert.deepEqual(text.split("\n"), each.text);
    assert.equal(createHash("sha256").update(text).digest("hex"), each.sha256);
    assert.deepEqual(partMarks(record), each.parts);
    assert.equal(EDITION, vectors.edition);
  });
}

for (const [value, words] of vectors.figures) {
  test(`a figure: ${words}`, () => assert.equal(figure(value), words));
}

for (const [at, minute, second] of vectors.moments) {
  test(`a moment: ${second}`, () => assert.deepEqual([momentWords(at), clockWords(at)], [minute, second]));
}

for (const [gps, words] of vectors.places) {
  test(`a place: ${words}`, () => assert.equal(placeWords(gps), words));
}

for (const [typed, stands] of vectors.texts) {
  test(`what was typed: ${JSON.stringify(typed)}`, () => assert.equal(printable(typed), stands));
}

test("half a letter is left out", () => assert.equal(printable("a\ud800b\udc00"), "ab"));

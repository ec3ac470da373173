// Every golden case of every checklist, in JavaScript; tests/forms/test_golden_cases.py runs the same ones.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import {
  BadAnswer,
  checkValue,
  missingEvidence,
  progress,
  verdict,
  visibleItems,
} from "../../static/js/core/checklist.js";

/** @typedef {import("../../static/js/types.d.ts").Checklist} Checklist */
/** @typedef {import("../../static/js/types.d.ts").ChecklistItem} Item */
/** @typedef {{ answered: number, visible: number, failing: number }} Counts */
/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} on
 * @property {Record<string, unknown>} values
 * @property {Record<string, string>} [notes]
 * @property {Record<string, number>} [photos]
 * @property {{
 *   verdicts?: Record<string, string>, hidden?: string[], missing?: Record<string, string[]>,
 *   refused?: Record<string, string>, progress?: Counts & { sections?: Record<string, Counts> }
 * }} expect
 */

const ROOT = new URL("../../", import.meta.url);
// The checklists of the trade, one that uses every key of the language, and two that share items.
const FOLDERS = ["forms/", "tests/forms/language/", "tests/forms/shared/"];
const PYTHON = process.env.PYTHON ?? ".venv/bin/python";
const PRINT = `
import pathlib, sys
from inspect_app.store.checklist_files import Library
library = Library(pathlib.Path(sys.argv[1]))
shapes = [library.phone_json(each.code, each.version).decode() for each in library.all()]
sys.stdout.buffer.write(("[" + ",".join(shapes) + "]").encode())
`;

/**
 * The phone's own JSON, as the server makes it: what is tested here is what the phone runs on.
 * @param {string} folder
 * @returns {Checklist[]}
 */
function phoneChecklists(folder) {
  return JSON.parse(execFileSync(PYTHON, ["-c", PRINT, folder], { cwd: ROOT, encoding: "utf8" }));
}

/**
 * @param {Checklist} checklist
 * @param {string} id
 * @returns {Item}
 */
function itemOf(checklist, id) {
  const item = checklist.items.find((each) => each.id === id);
  assert.ok(item, id);
  return item;
}

/**
 * @param {Item} item
 * @param {unknown} value
 */
function reasonOf(item, value) {
  try {
    checkValue(item, value);
  } catch (broken) {
    assert.ok(broken instanceof BadAnswer);
    assert.equal(broken.code, "bad-answer");
    assert.equal(broken.facts.item, item.id);
    return broken.facts.reason;
  }
  return undefined;
}

/**
 * @param {Checklist} checklist
 * @param {Case} golden
 */
function runCase(checklist, { on, values, notes, photos, expect }) {
  for (const [id, said] of Object.entries(expect.verdicts ?? {})) {
    assert.equal(verdict(itemOf(checklist, id), values[id], on), said, id);
  }
  if (expect.hidden) {
    const visible = new Set(visibleItems(checklist, values, on));
    const hidden = checklist.items.filter((item) => !visible.has(item)).map((item) => item.id);
    assert.deepEqual(hidden, expect.hidden);
  }
  if (expect.progress) {
    const { sections: found, ...whole } = progress(checklist, values, on);
    const { sections, ...expected } = expect.progress;
    assert.deepEqual(whole, expected);
    for (const [section, counts] of Object.entries(sections ?? {})) assert.deepEqual(found[section], counts);
  }
  for (const [id, codes] of Object.entries(expect.missing ?? {})) {
    const evidence = { note: notes?.[id], photos: photos?.[id] ?? 0 };
    assert.deepEqual(missingEvidence(itemOf(checklist, id), values[id], on, evidence), codes, id);
  }
  for (const [id, value] of Object.entries(values)) {
    assert.equal(reasonOf(itemOf(checklist, id), value), expect.refused?.[id], id);
  }
}

for (const folder of FOLDERS) {
  const checklists = phoneChecklists(folder);

  test(`${folder}: every checklist is here`, () => {
    const folders = readdirSync(new URL(folder, ROOT), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "laws")
      .map((entry) => entry.name);
    assert.deepEqual([...new Set(checklists.map((each) => each.code.toLowerCase()))].sort(), folders.sort());
  });

  for (const checklist of checklists) {
    const path = new URL(`${folder}${checklist.code.toLowerCase()}/v${checklist.version}.cases.json`, ROOT);
    /** @type {{ cases: Case[] }} */
    const { cases } = JSON.parse(readFileSync(path, "utf8"));
    for (const golden of cases) {
      test(`${checklist.code}-v${checklist.version}: ${golden.name}`, () => runCase(checklist, golden));
    }
  }
}

test("what JSON cannot carry is refused too", () => {
  const checklist = phoneChecklists("tests/forms/language/")[0];
  assert.ok(checklist);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 10n, () => 1]) {
    assert.equal(reasonOf(itemOf(checklist, "TST-02"), value), "not-a-number");
    assert.equal(verdict(itemOf(checklist, "TST-02"), value, "2026-03-31"), "unanswered");
  }
  assert.equal(reasonOf(itemOf(checklist, "TST-06"), "ữ".repeat(20_000)), undefined);
  assert.equal(reasonOf(itemOf(checklist, "TST-06"), "👷".repeat(20_000)), undefined);
  assert.equal(reasonOf(itemOf(checklist, "TST-06"), "a".repeat(20_001)), "too-long");
  assert.equal(reasonOf(itemOf(checklist, "TST-06"), null), undefined);
});

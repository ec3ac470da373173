// Every golden case of every checklist, in JavaScript; tests/forms/test_golden_cases.py runs the same ones.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { BadAnswer, checkValue, missingEvidence, progress, verdict, visibleItems } from "../../static/js/core/checklist.js";

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
// The phone's own JSON, as the server makes it: what runs here is what runs on the phone.
const PRINT = [
  "import pathlib, sys",
  "from inspect_app.store.checklist_files import Library",
  "every = Library(pathlib.Path('forms'))",
  "shapes = [every.phone_json(each.code, each.version).decode() for each in every.all()]",
  "sys.stdout.buffer.write(('[' + ','.join(shapes) + ']').encode())",
].join("\n");
const PYTHON = process.env.PYTHON ?? ".venv/bin/python";
/** @type {Checklist[]} */
const CHECKLISTS = JSON.parse(execFileSync(PYTHON, ["-c", PRINT], { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 }));

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

test("every checklist of the folder is here", () => {
  const folders = readdirSync(new URL("forms/", ROOT), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "laws")
    .map((entry) => entry.name);
  assert.deepEqual([...new Set(CHECKLISTS.map((each) => each.code.toLowerCase()))].sort(), folders.sort());
});

for (const checklist of CHECKLISTS) {
  const path = new URL(`forms/${checklist.code.toLowerCase()}/v${checklist.version}.cases.json`, ROOT);
  /** @type {{ cases: Case[] }} */
  const { cases } = JSON.parse(readFileSync(path, "utf8"));
  for (const { name, on, values, notes, photos, expect } of cases) {
    test(`${checklist.code}-v${checklist.version}: ${name}`, () => {
      for (const [id, said] of Object.entries(expect.verdicts ?? {})) {
        assert.equal(verdict(itemOf(checklist, id), values[id], on), said, id);
      }
      const visible = new Set(visibleItems(checklist, values, on).map((item) => item.id));
      if (expect.hidden) {
        const hidden = checklist.items.filter((item) => !visible.has(item.id)).map((item) => item.id);
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
    });
  }
}

// What a person must judge, in words: what is held and decided, what was found before, who may decide between answers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { agreed, conflictOf } from "../../static/js/screens/decision.js";
import { earlierOf, searched } from "../../static/js/screens/earlier.js";
import { heldOfItem, heldOfPhoto, heldOfVisit } from "../../static/js/screens/held.js";

const ITEM = /** @type {any} */ ({
  id: "XDK-02",
  section: "scaffold",
  type: "pass-fail",
  penalties: [{ code: "P-1" }],
});
const DECIDED = { by_name: "Phạm Thị Vân", at: Date.UTC(2026, 10, 22, 7, 5) };

/** @param {number} n @param {Record<string, unknown>} [fields] */
const op = (n, fields) => ({ id: `op-${n}`, n, t: 0, m: 0, k: "answer", i: "XDK-02", v: "fail", ...fields });

/** @param {Record<string, unknown>} [fields] @returns {any} */
function visit(fields) {
  return {
    id: "visit",
    onDate: "2026-11-22",
    checklists: [{ code: "XDK", items: [ITEM] }],
    document: { team: [], organisation: { id: "org" } },
    state: { answers: {}, findings: {}, photos: {}, notes: {} },
    held: [],
    decisions: {},
    ...fields,
  };
}

/** @param {number} n @param {string} [code] @param {Record<string, unknown>} [fields] */
const held = (n, code = "assignment-revoked", fields = {}) => ({
  id: `op-${n}`,
  code,
  message: "Máy chủ đã giữ.",
  said: op(n, fields),
});

test("two hundred held for one reason are one line that leads to the first of them", () => {
  const all = Array.from({ length: 200 }, (_, n) => held(n, "assignment-revoked", n % 4 ? {} : { k: "photo" }));
  const lines = heldOfVisit(visit({ held: all }));
  assert.deepEqual(
    lines.map(({ title, href }) => [title, href]),
    [["150 nội dung, 50 ảnh chờ người giám sát.", "#/visit/visit/check/XDK/scaffold/XDK-02"]],
  );
});

test("each reason has a line of its own, and one nobody foresaw says what the server said", () => {
  const lines = heldOfVisit(visit({ held: [held(1, "late"), held(2, "late"), held(3, "brand-new")] }));
  assert.equal(lines.length, 2);
  assert.match(lines[0]?.lines[0] ?? "", /đã được duyệt/);
  assert.equal(lines[1]?.lines[0], "Máy chủ đã giữ.");
});

test("an item says what of it waits, by name, and a photo says why", () => {
  const both = [held(1), held(2, "assignment-revoked", { k: "comment" }), held(3, "late", { i: "XDK-09" })];
  const lines = heldOfItem(visit({ held: both }), ITEM);
  assert.deepEqual(
    lines.map(({ title }) => title),
    ["Kết quả “Không đạt”, Ghi chú chờ người giám sát."],
  );
  assert.match(heldOfPhoto(visit({ held: [held(7, "device-revoked")] }), "op-7"), /thu hồi/);
  assert.equal(heldOfPhoto(visit(), "op-7"), "");
});

for (const [result, words, tone] of [
  ["accepted", "đã được nhận vào kết quả", "good"],
  ["reassigned", "được giao lại", "good"],
  ["annexed", "phụ lục", "plain"],
  ["refused", "không được nhận", "bad"],
]) {
  test(`a decision tells its reason and who took it: ${result}`, () => {
    const decisions = { "op-1": { ...DECIDED, result, reason: "Đã xem ảnh", said: op(1) } };
    const [line] = heldOfItem(visit({ decisions }), ITEM);
    assert.ok(line?.title.includes(String(words)), line?.title);
    assert.equal(line?.tone, tone);
    assert.deepEqual(line?.lines, ["Lý do: Đã xem ảnh", "Phạm Thị Vân, 22/11/2026 14:05"]);
  });
}

// --- between answers ------------------------------------------------------------------------------

/** @param {string} by @param {string} value */
const head = (by, value) => ({ id: `${by}-${value}`, by, byName: by, device: by, t: 0, gps: null, value });
const TEAM = [
  { person: "alice", name: "alice", role: "leader" },
  { person: "bob", name: "bob", role: "member" },
];

/** @param {string} state @param {...any} heads */
const differing = (state, ...heads) =>
  visit({
    document: { team: TEAM },
    state: { answers: { "XDK-02": { state, heads } }, photos: {}, notes: {}, findings: {} },
  });

for (const [me, deciders] of [
  ["alice", ""],
  ["bob", ""],
  ["dung", ""],
  ["chi", "alice (Trưởng đoàn), bob, dung"],
]) {
  test(`who decides when bob and dung differ: ${me}`, () => {
    const at = differing("conflict", head("bob", "fail"), head("dung", "pass"));
    assert.equal(conflictOf(at, ITEM, { me: String(me), readOnly: false, photos: [] }).deciders, deciders);
  });
}

test("those who agree stand on one side", () => {
  const at = differing("conflict", head("bob", "fail"), head("dung", "pass"), head("chi", "fail"));
  const { sides } = conflictOf(at, ITEM, { me: "bob", readOnly: false, photos: [] });
  assert.deepEqual(
    sides.map(({ words, voices }) => [words, voices.map(({ byName }) => byName)]),
    [
      ["Không đạt", ["bob", "chi"]],
      ["Đạt", ["dung"]],
    ],
  );
});

test("equal answers count people, not phones", () => {
  assert.deepEqual(agreed(differing("agreed", head("bob", "fail"), head("dung", "fail")), "XDK-02"), ["bob", "dung"]);
  assert.deepEqual(agreed(differing("agreed", head("bob", "fail"), head("bob", "fail")), "XDK-02"), []);
  assert.deepEqual(agreed(differing("single", head("bob", "fail")), "XDK-02"), []);
});

// --- found before ---------------------------------------------------------------------------------

const BEFORE = {
  id: "f1",
  code: "KT-1/XDK-02",
  item: "XDK-02",
  conduct: ["C-1"],
  found_on: "2026-03-12",
  agency: "SXD",
  site: "Kho Phú Xá",
  here: false,
  organisation: "org",
  organisation_name: "Công ty A",
  state: "not-remedied",
  decision: { no: "12/QĐ-XPHC", date: "2026-04-01", until: "2027-04-02" },
  pending_until: null,
};

/** @param {...any} found */
const knowing = (...found) =>
  visit({
    document: {
      team: [],
      organisation: { id: "org" },
      repeats: { seq: 1, more: 0, conduct: { "P-1": "C-1" }, found },
    },
  });

test("the three words are kept apart, and what a person must conclude is only possible", () => {
  const pending = { ...BEFORE, id: "f2", decision: null, pending_until: "2027-01-01" };
  const view = earlierOf(knowing(BEFORE, pending), ITEM, { responsible: null }, false);
  assert.deepEqual(
    view.groups.map(({ title, rows }) => [title, rows.length]),
    [
      ["Tồn tại lặp lại", 2],
      ["Có thể là tái phạm", 1],
      ["Có thể là vi phạm nhiều lần", 1],
    ],
  );
  assert.equal(view.groups[1]?.rows[0]?.head, "12/03/2026, SXD, Kho Phú Xá");
  assert.match(view.groups[1]?.rows[0]?.last ?? "", /12\/QĐ-XPHC ngày 01\/04\/2026/);
  assert.match(view.groups[2]?.rows[0]?.last ?? "", /Chưa xử phạt.*01\/01\/2027/);
  assert.equal(view.ask, true);
});

test("the search is written down with what it found and in which list", () => {
  const { searched: kept } = searched(knowing(BEFORE), ITEM, { responsible: null });
  assert.deepEqual([kept?.matches, kept?.source_seq], [1, 1]);
  assert.ok(Math.abs((kept?.at ?? 0) - Date.now()) < 60_000);
});

test("another responsible party is searched for, not the visited one", () => {
  const found = { ...BEFORE, organisation: "contractor" };
  assert.equal(searched(knowing(found), ITEM, { responsible: null }).searched?.matches, 0);
  assert.equal(searched(knowing(found), ITEM, { responsible: "contractor" }).searched?.matches, 1);
});

test("without a list nothing is claimed to have been searched", () => {
  assert.deepEqual(searched(visit(), ITEM, { responsible: null }), {});
  assert.match(earlierOf(visit(), ITEM, { responsible: null }, false).summary, /chưa có dữ liệu/);
});

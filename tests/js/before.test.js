// The last photos of open violations: few on a bad link, never before work that waits, and gone with the access.
import "./rig/phone.js";
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { beforeOf } from "../../static/js/screens/item_view.js";
import { missingBefore, wantedBefore } from "../../static/js/store/before.js";
import { photoBytes } from "../../static/js/store/photos.js";
import { keepPage } from "../../static/js/store/pulled.js";
import { workOf } from "../../static/js/store/work.js";
import { fetchBefore, lookBack } from "../../static/js/sync/before.js";
import { subscribe } from "../../static/js/sync/events.js";
import { settle } from "../../static/js/sync/here.js";
import { document, VISIT } from "./rig/server.js";

const NOW = Date.UTC(2026, 10, 22, 3);
const LATER = "0197b200-0000-7000-8000-000000000009";
let people = 0;

// The channel to other tabs would keep this process alive.
after(() => void setTimeout(() => process.exit(), 100).unref());

/** @param {string} letter @param {Record<string, unknown>} [fields] */
const violation = (letter, fields) => ({
  id: `v-${letter}`,
  code: `KT-1/${letter}`,
  item: "GEN-1",
  organisation: "Công ty Minh Họa",
  agency: "Sở Xây dựng",
  found_on: "2026-03-12",
  deadline: "2026-04-01",
  remedy_status: "not-remedied",
  photo: { sha: letter.repeat(64), at: Date.UTC(2026, 2, 12, 2, 5) },
  ...fields,
});

/** @param {string} id @param {string} first @param {any[]} open_violations */
const visit = (id, first, open_violations) => ({ ...document(), id, window: [first, first], open_violations });

/** @param {any} doc @param {Record<string, unknown>} [fields] @returns {any} */
const row = (doc, fields) => ({ id: doc.id, document: doc, gone: false, closed: null, ...fields });

/** A database of its own with these visits. @param {any[]} documents */
async function holding(documents) {
  people += 1;
  const db = workOf(`before-${people}`);
  await take(db, documents);
  return db;
}

/** @param {import("../../static/js/store/database.js").Database} db @param {any[]} documents */
function take(db, documents) {
  const changes = documents.map((each, at) => /** @type {[number, any]} */ ([at + 1, { visit: each }]));
  const scopes = Object.fromEntries(documents.map(({ id }) => [id, 0]));
  return keepPage(db, { scopes, ch: { "u:1": changes }, more: false }, { device: "d1", now: NOW });
}

/** What the network does, and what it was asked. @param {(path: string) => Response | "none"} serve */
function network(serve) {
  /** @type {string[]} */
  const asked = [];
  globalThis.fetch = async (input) => {
    asked.push(String(input));
    const answer = serve(String(input));
    if (answer === "none") throw new TypeError("network");
    return answer;
  };
  return asked;
}

const picture = () => new Response(new Uint8Array([1, 2, 3]), { headers: { "Content-Type": "image/jpeg" } });
/** @param {number} status */
const problem = (status) =>
  new Response(JSON.stringify({ code: "x" }), { status, headers: { "Content-Type": "application/problem+json" } });

test("the next visit first, twenty of each; on a slow link five, and only for tomorrow", () => {
  const many = Array.from({ length: 30 }, (_, at) => violation("a", { photo: { sha: `${at}`, at: 0 } }));
  const rows = [row(visit(LATER, "2026-11-25", many)), row(visit(VISIT, "2026-11-22", many))];
  const quick = wantedBefore(rows, { now: NOW, slow: false });
  assert.deepEqual([quick.length, quick[0]?.insp, quick[20]?.insp], [40, VISIT, LATER]);
  const slow = wantedBefore(rows, { now: NOW, slow: true });
  assert.deepEqual(
    slow.map(({ insp, sha }) => `${insp === VISIT} ${sha}`),
    ["true 0", "true 1", "true 2", "true 3", "true 4"],
  );
});

test("nothing for a visit that is over, withdrawn or weeks ahead, nor for a violation without a photo", () => {
  const one = [violation("a"), violation("b", { photo: null }), violation("c", { photo: undefined })];
  const rows = [
    row(visit("over", "2026-11-22", one), { closed: NOW }),
    row(visit("gone", "2026-11-22", one), { gone: true }),
    row(visit("far", "2026-12-22", one)),
    row(visit("none", "2026-11-22", one.slice(1))),
  ];
  assert.deepEqual(wantedBefore(rows, { now: NOW, slow: false }), []);
});

test("fetched once, kept, and deleted when the violation is closed", async () => {
  const today = new Date().toISOString().slice(0, 10);
  const db = await holding([visit(VISIT, today, [violation("a"), violation("b")])]);
  const asked = network(picture);
  assert.deepEqual(await fetchBefore(db, () => false), [VISIT]);
  assert.deepEqual(await fetchBefore(db, () => false), []);
  assert.deepEqual(
    asked,
    ["a", "b"].map((letter) => `/api/v1/visits/${VISIT}/before/${letter.repeat(64)}`),
  );
  assert.equal((await photoBytes(db, "a".repeat(64), "before"))?.byteLength, 3);
  await take(db, [visit(VISIT, today, [violation("b")])]);
  assert.deepEqual(await missingBefore(db, { now: Date.now(), slow: false }), []);
  assert.equal(await photoBytes(db, "a".repeat(64), "before"), undefined);
  assert.equal((await photoBytes(db, "b".repeat(64), "before"))?.byteLength, 3);
});

test("a visit that is withdrawn takes its photos with it", async () => {
  const today = new Date().toISOString().slice(0, 10);
  const db = await holding([visit(VISIT, today, [violation("a")])]);
  network(picture);
  await fetchBefore(db, () => false);
  await keepPage(db, { scopes: {}, ch: { "u:1": [[9, { gone: VISIT }]] }, more: false }, { device: "d1", now: NOW });
  assert.deepEqual(await fetchBefore(db, () => false), []);
  assert.equal(await photoBytes(db, "a".repeat(64), "before"), undefined);
});

test("what was written meanwhile goes first", async () => {
  const db = await holding([visit(VISIT, new Date().toISOString().slice(0, 10), [violation("a")])]);
  const asked = network(picture);
  assert.deepEqual(await fetchBefore(db, () => true), []);
  assert.deepEqual(asked, []);
});

test("without network nothing is said and the next run goes on; what is refused is not asked for again", async () => {
  const db = await holding([visit(VISIT, new Date().toISOString().slice(0, 10), [violation("d"), violation("e")])]);
  const away = network(() => "none");
  assert.deepEqual(await fetchBefore(db, () => false), []);
  assert.equal(away.length, 1);
  const asked = network((path) => (path.includes("ddd") ? problem(404) : picture()));
  assert.deepEqual(await fetchBefore(db, () => false), [VISIT]);
  assert.deepEqual(await fetchBefore(db, () => false), []);
  assert.equal(asked.length, 2);
});

test("after a session ended they are asked for again", async () => {
  const db = await holding([visit(VISIT, new Date().toISOString().slice(0, 10), [violation("f"), violation("9")])]);
  const asked = network(() => problem(401));
  assert.deepEqual(await fetchBefore(db, () => false), []);
  assert.equal(asked.length, 1);
  network(() => picture());
  assert.deepEqual(await fetchBefore(db, () => false), [VISIT]);
});

test("nobody waits for them, and each change is told", async () => {
  const db = await holding([visit(VISIT, new Date().toISOString().slice(0, 10), [violation("8"), violation("7")])]);
  settle(/** @type {any} */ ({ person: { id: "p" }, db }));
  const asked = network(() => picture());
  /** @type {string[]} */
  const told = [];
  const end = subscribe((event) => {
    if (event.kind === "visit") told.push(event.id);
  });
  lookBack(db, () => asked.length > 0);
  lookBack(db, () => false);
  assert.deepEqual(asked, []);
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  end();
  assert.deepEqual([told, asked.length], [[VISIT, VISIT], 2]);
});

test("an item says what is open of it, and which photo of today to compare with", () => {
  const photos = ["1", "2"].map((letter, at) => ({ sha: letter.repeat(64), t: Date.UTC(2026, 10, 22, 3, at) }));
  const told = /** @type {any} */ ({
    document: { open_violations: [violation("a"), violation("b", { item: "GEN-2" })] },
    state: { photos: { "GEN-1": photos } },
  });
  assert.deepEqual(beforeOf(told, "GEN-1"), {
    rows: [
      {
        id: "v-a",
        name: "KT-1/a, Công ty Minh Họa",
        state: "phát hiện 12/03/2026, Sở Xây dựng · hạn 01/04/2026 · Không khắc phục",
        sha: "a".repeat(64),
        when: "12/03/2026 09:05",
      },
    ],
    today: { sha: "2".repeat(64), when: "22/11/2026 10:01" },
  });
  assert.deepEqual(beforeOf(told, "GEN-3"), { rows: [], today: null });
});

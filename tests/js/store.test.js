// The phone's database: all or nothing, the ballast before a refusal, and nothing that is ahead of what it stands for.
import "./rig/phone.js";
import assert from "node:assert/strict";
import { test } from "node:test";

import { Database, onStorageTrouble } from "../../static/js/store/database.js";
import { doubtEverything, doubted, offer, whatWeSent } from "../../static/js/store/holdings.js";
import { keepAnswers, unsentInAll, waiting } from "../../static/js/store/outbox.js";
import { dropBallast, phone, takeBallast } from "../../static/js/store/phone.js";
import { cursors, keepChecklist, keepPage } from "../../static/js/store/pulled.js";
import { forgetClosed } from "../../static/js/store/retention.js";
import { receiptOf } from "../../static/js/store/signing.js";
import { keepDraft, keepWritten, NumberTaken, visitRow, wholeVisit } from "../../static/js/store/visits.js";
import { keepMeta, meta, workOf } from "../../static/js/store/work.js";
import { crc32, Zip } from "../../static/js/store/zip.js";
import { live, openedIds, refresh } from "../../static/js/sync/live.js";
import { document, VISIT } from "./rig/server.js";

const DAY = 86_400_000;
let people = 0;

/** A database of its own for each test, with one visit in it. */
async function aDatabase() {
  people += 1;
  const db = workOf(`person-${people}`);
  await keepPage(db, page({ [`u:${people}`]: [[1, { visit: document() }]] }), { device: "d1", now: 0 });
  return db;
}

/** @param {Record<string, [number, any][]>} ch @param {Record<string, number>} [scopes] */
function page(ch, scopes = { [VISIT]: 0 }) {
  return { scopes, ch, more: false };
}

/**
 * @param {Database} db
 * @param {number} n
 */
function write(db, n) {
  const op = { id: `op-${n}`, n, t: 1000 + n, m: 1, k: "answer", i: "GEN-1", v: "pass" };
  const row = {
    ...{ id: op.id, insp: VISIT, n, own: true, head: `h${n}`, bytes: 100, op },
    by: "mai",
    byName: "Mai",
    device: "d1",
    answered: null,
  };
  const tally = { answered: 0, visible: 0, failing: 0, conflicts: 0 };
  return keepWritten(db, { row, counters: { insp: VISIT, opened: true, submitted: false, tally } });
}

test("an operation, the chain and the outbox come together", async () => {
  const db = await aDatabase();
  const { chain, isEmptied } = await write(db, 1);
  assert.equal(isEmptied, false);
  assert.deepEqual([chain.n, chain.head], [1, "h1"]);
  assert.deepEqual(
    (await waiting(db)).map(({ id }) => id),
    ["op-1"],
  );
  assert.deepEqual(await unsentInAll(db), { ops: 1, photos: 0, held: 0, oldest: 1001 });
});

test("a number that another tab took is refused, and nothing is left of the attempt", async () => {
  const db = await aDatabase();
  await write(db, 1);
  await assert.rejects(() => write(db, 1), NumberTaken);
  const { ops, chain } = await wholeVisit(db, VISIT);
  assert.equal(ops.length, 1);
  assert.equal(chain.n, 1);
});

test("a crash between two stores leaves neither", async () => {
  const db = await aDatabase();
  await assert.rejects(
    () =>
      db.write(["ops", "outbox"], async (tx) => {
        await tx.objectStore("outbox").put({ insp: VISIT, n: 9, id: "x", t: 1, bytes: 1, help: null });
        throw new Error("in the middle");
      }),
    /in the middle/,
  );
  assert.deepEqual(await waiting(db), []);
});

test("an operation leaves the outbox by its answer, and is compared by the head", async () => {
  const db = await aDatabase();
  await write(db, 1);
  await write(db, 2);
  const answers = { "op-1": /** @type {const} */ ({ s: "ok" }) };
  const { confirmed } = await keepAnswers(
    db,
    [{ insp: VISIT, through: 1, head: "h1", missing: [], ops: answers }],
    [],
    "d1",
  );
  assert.deepEqual(
    (await waiting(db)).map(({ n }) => n),
    [2],
  );
  assert.deepEqual([confirmed[0]?.verified, confirmed[0]?.differs], [1, false]);
});

test("another head on the server is said, and nothing counts as compared", async () => {
  const db = await aDatabase();
  await write(db, 1);
  const answers = { "op-1": /** @type {const} */ ({ s: "ok" }) };
  const { confirmed } = await keepAnswers(
    db,
    [{ insp: VISIT, through: 1, head: "??", missing: [], ops: answers }],
    [],
    "d1",
  );
  assert.deepEqual([confirmed[0]?.verified, confirmed[0]?.differs], [0, true]);
});

test("what the server misses after all goes back into the outbox", async () => {
  const db = await aDatabase();
  await write(db, 1);
  const ops = { "op-1": /** @type {const} */ ({ s: "ok" }) };
  await keepAnswers(db, [{ insp: VISIT, through: 1, head: "h1", missing: [], ops }], [], "d1");
  await keepAnswers(db, [{ insp: VISIT, through: 0, head: null, missing: [1], ops: {} }], [], "d1");
  assert.deepEqual(
    (await waiting(db)).map(({ n }) => n),
    [1],
  );
});

test("held is sent, counted, and let in when it comes down", async () => {
  const db = await aDatabase();
  await write(db, 1);
  const ops = { "op-1": /** @type {const} */ ({ s: "held", code: "late", message: "…" }) };
  await keepAnswers(db, [{ insp: VISIT, through: 1, head: "h1", missing: [], ops }], [], "d1");
  assert.deepEqual(await unsentInAll(db), { ops: 0, photos: 0, held: 1, oldest: null });
  const op = { id: "op-1", n: 1, t: 1001, m: 1, k: "answer", i: "GEN-1", v: "pass" };
  await keepPage(db, page({ [VISIT]: [[1, { op, by: "mai", by_name: "Mai", device: "d1", received: 1 }]] }), {
    device: "d1",
    now: 0,
  });
  assert.equal((await unsentInAll(db)).held, 0);
});

test("another epoch: every visit is in doubt and asked for again; what is missing there is offered", async () => {
  const db = await aDatabase();
  await write(db, 1);
  const ops = { "op-1": /** @type {const} */ ({ s: "ok" }) };
  await keepAnswers(db, [{ insp: VISIT, through: 1, head: "h1", missing: [], ops }], [], "d1");
  await doubtEverything(db, "e2");
  assert.deepEqual(await doubted(db), [VISIT]);
  const sent = await whatWeSent(db, VISIT);
  assert.deepEqual(sent, { ops: ["op-1"], photos: [] });
  await offer(db, VISIT, sent, true);
  assert.deepEqual(await doubted(db), []);
  assert.equal((await waiting(db)).length, 1);
  assert.deepEqual(await cursors(db), {});
  assert.equal(await meta(db, "epoch"), "e2");
  assert.equal((await wholeVisit(db, VISIT)).confirmed.verified, 0);
});

test("another epoch: the key counts as unknown there, one that is not there stays so", async () => {
  const db = await aDatabase();
  await doubtEverything(db, "e2");
  assert.equal(await meta(db, "signing"), undefined);
  await keepMeta(db, "signing", { key: "k1", state: "trusted" });
  await doubtEverything(db, "e3");
  assert.deepEqual(await meta(db, "signing"), { key: "k1", state: null });
});

test("the cursor moves with the rows or not at all", async () => {
  const db = await aDatabase();
  const broken = page({ [VISIT]: [[5, /** @type {any} */ ({ op: null })]] });
  await assert.rejects(() => keepPage(db, broken, { device: "d1", now: 0 }));
  assert.equal((await cursors(db))[VISIT], undefined);
});

/** @param {string} head @param {number} n @param {number} received @param {boolean | null} [verified] */
function receipt(head, n, received, verified = true) {
  const body = { device: "d1", head, insp: VISIT, n, received };
  return { insp: VISIT, device: "d1", key: "k", sig: "s", body, verified };
}

/**
 * A visit of which everything was answered for on the first day, and which was withdrawn then.
 * @param {Partial<import("../../static/js/store/work.js").ReceiptRow>} [odd]
 */
async function handedOver(odd = {}) {
  const db = await aDatabase();
  await write(db, 1);
  const ops = { "op-1": /** @type {const} */ ({ s: "ok" }) };
  const told = { ...receipt("h1", 1, 1000), ...odd };
  await keepAnswers(db, [{ insp: VISIT, through: 1, head: "h1", missing: [], ops }], [], "d1", [told]);
  await keepPage(db, page({}, {}), { device: "d1", now: 0 });
  return db;
}

/** A day on which everything may go. @param {Partial<import("../../static/js/store/retention.js").Today>} [odd] */
function someDay(odd = {}) {
  return { now: 8 * DAY, device: "d1", backup: 5000, isHeld: async () => true, ...odd };
}

test("a visit stays while something of it waits in the emergency slot, though nothing of it is in the database", async () => {
  const db = await aDatabase();
  await keepPage(db, page({}, {}), { device: "d1", now: 0 });
  assert.equal((await visitRow(db, VISIT))?.gone, true);
  assert.deepEqual(await forgetClosed(db, someDay({ rescued: new Set([VISIT]) })), []);
  assert.deepEqual(await forgetClosed(db, someDay()), [VISIT]);
});

test("a visit stays while something of it is unsent", async () => {
  const db = await aDatabase();
  await write(db, 1);
  await keepPage(db, page({}, {}), { device: "d1", now: 0 });
  assert.equal((await visitRow(db, VISIT))?.gone, true);
  assert.deepEqual(await forgetClosed(db, someDay({ now: 30 * DAY })), []);
});

for (const [why, odd] of /** @type {[string, object][]} */ ([
  ["it was closed less than a week ago", { now: 6 * DAY }],
  ["nobody knows of a backup", { backup: null }],
  ["the last backup is older than what came in", { backup: 1000 }],
  ["the server says that something is missing", { isHeld: async () => false }],
])) {
  test(`a visit stays while ${why}`, async () => {
    const db = await handedOver();
    assert.deepEqual(await forgetClosed(db, someDay(odd)), []);
    assert.ok(await visitRow(db, VISIT));
  });
}

for (const [why, odd] of /** @type {[string, object][]} */ ([
  ["the receipt is wrong", { verified: false }],
  ["the receipt is about less", { body: receipt("h0", 0, 1000).body }],
])) {
  test(`a visit stays while ${why}`, async () => {
    const db = await handedOver(odd);
    assert.deepEqual(await forgetClosed(db, someDay()), []);
  });
}

test("with everything there, in a backup, and a week over, it is forgotten; its numbers and its receipt stay", async () => {
  const db = await handedOver();
  const asked = /** @type {object[]} */ ([]);
  const isHeld = async (/** @type {string} */ insp, /** @type {object} */ sent) => asked.push({ insp, sent }) > 0;
  assert.deepEqual(await forgetClosed(db, someDay({ isHeld })), [VISIT]);
  assert.deepEqual(asked, [{ insp: VISIT, sent: { ops: ["op-1"], photos: [] } }]);
  assert.equal(await visitRow(db, VISIT), undefined);
  assert.equal((await wholeVisit(db, VISIT)).chain.n, 1);
  assert.equal((await receiptOf(db, VISIT, "d1"))?.body.n, 1);
});

test("what is written while the server is asked keeps the visit", async () => {
  const db = await handedOver();
  const isHeld = async () => {
    await write(db, 2);
    return true;
  };
  assert.deepEqual(await forgetClosed(db, someDay({ isHeld })), []);
});

test("a visit on which nothing was done here goes with its assignment", async () => {
  const db = await aDatabase();
  await keepPage(db, page({}, {}), { device: "d1", now: 0 });
  assert.deepEqual(await forgetClosed(db, someDay({ now: 1, backup: null })), [VISIT]);
});

test("a visit that another tab forgot goes out of memory; another error is not taken for that", async () => {
  const db = await aDatabase();
  await live(db, VISIT);
  await db.write(["visits"], (tx) => tx.objectStore("visits").delete(VISIT));
  await refresh(db, VISIT);
  assert.deepEqual(openedIds(), []);
  await assert.rejects(() => live(db, VISIT), { code: "no-visit" });

  const other = await aDatabase();
  await live(other, VISIT);
  const broken = Object.assign(Object.create(Database.prototype), { read: () => Promise.reject(new Error("no disk")) });
  await assert.rejects(() => refresh(broken, VISIT), /no disk/);
  assert.deepEqual(openedIds(), [VISIT]);
});

test("what was typed and not finished keeps a withdrawn visit for a week", async () => {
  const db = await aDatabase();
  await keepDraft(db, { insp: VISIT, item: "GEN-1", field: "note", text: "lan can", t: 0 });
  await keepPage(db, page({}, {}), { device: "d1", now: 0 });
  assert.deepEqual(await forgetClosed(db, someDay({ now: 1 })), []);
  assert.deepEqual(await forgetClosed(db, someDay()), [VISIT]);
});

test("a receipt that is wrong or older does not take the place of the one that is here", async () => {
  const db = await handedOver();
  for (const worse of [receipt("h2", 2, 2000, false), receipt("h0", 0, 3000)]) {
    await keepAnswers(db, [], [], "d1", [worse]);
    assert.deepEqual((await receiptOf(db, VISIT, "d1"))?.body.n, 1);
  }
  await keepAnswers(db, [], [], "d1", [receipt("h2", 2, 2000, null)]);
  assert.deepEqual((await receiptOf(db, VISIT, "d1"))?.verified, null);
});

test("a decision is kept with its operation, which waits no longer", async () => {
  const db = await aDatabase();
  await write(db, 1);
  const ops = { "op-1": /** @type {const} */ ({ s: "held", code: "late", message: "…" }) };
  await keepAnswers(db, [{ insp: VISIT, through: 1, head: "h1", missing: [], ops }], [], "d1");
  const decision = { op: "op-1", insp: VISIT, result: "refused", reason: "trùng", by_name: "Lan", at: 5 };
  const { visits } = await keepPage(db, page({ "u:1": [[9, /** @type {any} */ ({ decision })]] }), {
    device: "d1",
    now: 0,
  });
  assert.deepEqual([...visits], [VISIT]);
  const [row] = (await wholeVisit(db, VISIT)).ops;
  assert.deepEqual(row?.decision, { result: "refused", reason: "trùng", by_name: "Lan", at: 5 });
  assert.equal((await unsentInAll(db)).held, 0);
});

test("a full phone: the ballast goes, and the answer is kept", async () => {
  const db = await aDatabase();
  assert.equal(await takeBallast(), true);
  let refusals = 1;
  const told = /** @type {string[]} */ ([]);
  onStorageTrouble({ trouble: (level) => void told.push(level), room: dropBallast });
  await db.write(["meta"], async (tx) => {
    if (refusals-- > 0) throw new DOMException("full", "QuotaExceededError");
    await tx.objectStore("meta").put("yes", "kept");
  });
  assert.equal(await meta(db, "kept"), "yes");
  assert.deepEqual(told, ["low"]);
  assert.equal(await phone.read(["ballast"], (tx) => tx.objectStore("ballast").count()), 0);
});

test("a tap's write begins before the call returns, gives up the ballast like any other, and leaves nothing half", async () => {
  const db = await aDatabase();
  await takeBallast();
  onStorageTrouble({ trouble: () => {}, room: dropBallast });
  let tries = 0;
  const writing = db.writeAtOnce(["meta"], (tx) => {
    tries += 1;
    tx.objectStore("meta").put("half", "kept");
    if (tries === 1) throw new DOMException("full", "QuotaExceededError");
    tx.objectStore("meta").put("yes", "kept");
  });
  assert.equal(tries, 1);
  await writing;
  assert.equal(tries, 2);
  assert.equal(await meta(db, "kept"), "yes");
  const wrong = db.writeAtOnce(["meta"], (tx) => {
    tx.objectStore("meta").put("never", "kept");
    tx.objectStore("meta").add("twice", "kept");
  });
  await assert.rejects(wrong, { name: "ConstraintError" });
  assert.equal(await meta(db, "kept"), "yes");
});

test("a tap's write finds a connection that the browser lost, and opens another", async () => {
  const db = await aDatabase();
  await keepMeta(db, "before", 1);
  (await db.connection()).close();
  await db.writeAtOnce(["meta"], (tx) => void tx.objectStore("meta").put(2, "before"));
  assert.equal(await meta(db, "before"), 2);
});

test("a photo does not eat the ballast: it is refused in its own words, and an answer still fits", async () => {
  const db = await aDatabase();
  await takeBallast();
  onStorageTrouble({ room: dropBallast });
  const full = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await assert.rejects(() => db.write(["meta"], full, { large: true }), { code: "no-room-for-photos" });
  assert.equal(await phone.read(["ballast"], (tx) => tx.objectStore("ballast").count()), 8);
});

test("fuller still: it says so in words, and what was there is there", async () => {
  const db = await aDatabase();
  await keepMeta(db, "before", 1);
  const full = () =>
    db.write(["meta"], async () => {
      throw new DOMException("IOError", "DataError");
    });
  await assert.rejects(full, { code: "storage-failing" });
  assert.equal(await meta(db, "before"), 1);
});

test("a connection that the browser lost is opened again, once", async () => {
  const db = await aDatabase();
  await keepMeta(db, "before", 1);
  (await db.connection()).close();
  assert.equal(await meta(db, "before"), 1);
});

test("the zip file is one that others can read", async () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  /** @type {BlobPart[]} */
  const parts = [];
  const zip = new Zip(async (bytes) => void parts.push(bytes));
  await zip.add("một.txt", new TextEncoder().encode("xin chào"));
  await zip.add("photos/ab", new Uint8Array([1, 2, 3]));
  await zip.done();
  const view = new DataView(await new Blob(parts).arrayBuffer());
  const end = view.byteLength - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  assert.equal(view.getUint16(end + 10, true), 2);
  const directory = view.getUint32(end + 16, true);
  assert.equal(view.getUint32(directory, true), 0x02014b50);
  assert.equal(view.getUint32(view.getUint32(directory + 42, true), true), 0x04034b50);
});

test("until the newer version of a checklist has come, the visit goes on with the one that is here", async () => {
  const db = await aDatabase();
  const [wanted] = (await visitRow(db, VISIT))?.document.checklists ?? [];
  assert.ok(wanted);
  const newer = { ...document(), checklists: [{ ...wanted, version: wanted.version + 1 }] };
  await keepChecklist(db, `${wanted.code}@${wanted.version}`, /** @type {any} */ ({ version: wanted.version }));
  await keepPage(db, page({ [`u:${people}`]: [[2, { visit: newer }]] }), { device: "d1", now: 0 });
  assert.equal((await wholeVisit(db, VISIT)).checklists[0]?.version, wanted.version);

  await keepChecklist(db, `${wanted.code}@${wanted.version + 1}`, /** @type {any} */ ({ version: wanted.version + 1 }));
  assert.equal((await wholeVisit(db, VISIT)).checklists[0]?.version, wanted.version + 1);
});

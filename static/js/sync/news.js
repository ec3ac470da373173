// What sending and fetching changed, brought into the visits in memory and told to the screens.

import { keepCounters, visitRow } from "../store/visits.js";
import { emit } from "./events.js";
import { current } from "./here.js";
import { glance, inMemory, newest, openedIds, recount, recountWaiting, refresh } from "./live.js";
import { takeTurn } from "./turns.js";

/**
 * @typedef {import("../store/work.js").ConfirmedRow} ConfirmedRow
 * @typedef {import("../store/work.js").OpRow} OpRow
 * @typedef {import("../store/work.js").PhotoRow} PhotoRow
 * @typedef {import("../store/work.js").ReceiptRow} ReceiptRow
 */

/**
 * The server answered for some of ours.
 * @param {OpRow[]} rows
 * @param {ConfirmedRow[]} confirmed
 * @param {ReceiptRow[]} receipts
 */
export async function answered(rows, confirmed, receipts) {
  const opened = new Set(openedIds());
  for (const each of confirmed) {
    if (!opened.has(each.insp)) continue;
    const whole = await inMemory(each.insp);
    if (!whole) continue;
    for (const row of rows) if (row.insp === each.insp) whole.marks.set(row.id, row);
    whole.confirmed = each;
    const receipt = newest(receipts.filter(({ insp }) => insp === each.insp));
    if (receipt && receipt.verified !== false) whole.visit.receipt = receipt;
    recountWaiting(whole);
  }
  for (const { insp } of confirmed) emit({ kind: "visit", id: insp, items: null });
}

/** Visits whose counters in the list are older than what came down. @type {Set<string>} */
const stale = new Set();

/** Bring the counters of the list up to date; after the checklists came, which say what fails. */
export async function countAgain() {
  const { db } = current();
  if (stale.size === 0) return;
  for (const id of [...stale]) {
    stale.delete(id);
    if (!(await visitRow(db, id))) continue; // its document comes with a later page
    const { state, tally } = await glance(db, id);
    await keepCounters(db, { insp: id, tally, opened: state.opened.length > 0, submitted: state.submitted.length > 0 });
  }
  emit({ kind: "visits" });
}

/**
 * Something came down.
 * @param {Set<string>} visits whose document changed
 * @param {OpRow[]} rows what others wrote
 * @param {boolean} [checklists] new ones are here: every visit on screen may want one
 */
export async function came(visits, rows, checklists = false) {
  const { db } = current();
  for (const id of openedIds()) if (checklists || visits.has(id)) await takeTurn(id, () => refresh(db, id));
  const opened = new Set(openedIds());
  for (const row of rows) {
    if (!opened.has(row.insp) || visits.has(row.insp)) continue;
    const whole = await inMemory(row.insp);
    if (!whole) continue;
    whole.fold.apply(row);
    whole.marks.set(row.id, row);
  }
  const touched = new Set(rows.map(({ insp }) => insp));
  for (const id of touched) stale.add(id);
  for (const id of touched) {
    if (!opened.has(id)) continue;
    const whole = await inMemory(id);
    if (!whole) continue;
    recount(whole);
    recountWaiting(whole);
  }
  for (const id of new Set([...visits, ...touched, ...(checklists ? opened : [])])) {
    emit({ kind: "visit", id, items: null });
  }
  emit({ kind: "visits" });
}

/**
 * The server has the whole photo.
 * @param {PhotoRow} row
 */
export async function photoDone(row) {
  const whole = await inMemory(row.insp);
  if (whole) {
    const known = whole.photos.get(row.sha);
    if (known) whole.photos.set(row.sha, { ...known, complete: true, offset: row.size });
    recountWaiting(whole);
  }
  emit({ kind: "visit", id: row.insp, items: null });
}

/**
 * Another tab of this phone wrote into this visit.
 * @param {string} id
 */
export async function wroteElsewhere(id) {
  const { db } = current();
  await takeTurn(id, () => refresh(db, id));
}

// Visits and their operations: reading what is there, and the one transaction that writes an answer.

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").ChainRow} ChainRow
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 * @typedef {import("./work.js").VisitRow} VisitRow
 * @typedef {import("../types.d.ts").Checklist} Checklist
 * @typedef {import("../types.d.ts").TextDraft} TextDraft
 */

import { START } from "../core/chain.js";

/** Another tab wrote first: the number is taken. Look again and make the operation anew. */
export class NumberTaken extends Error {}

/** The visit that is on screen is not in the database any more: the browser emptied it. */
export class Emptied extends Error {}

/**
 * @param {Database} db
 * @returns {Promise<VisitRow[]>}
 */
export function visitRows(db) {
  return db.read(["visits"], (tx) => tx.objectStore("visits").getAll());
}

/**
 * @param {Database} db
 * @param {string} id
 * @returns {Promise<VisitRow | undefined>}
 */
export function visitRow(db, id) {
  return db.read(["visits"], (tx) => tx.objectStore("visits").get(id));
}

/**
 * Everything a visit on screen needs, at one moment.
 * @param {Database} db
 * @param {string} id
 */
export function wholeVisit(db, id) {
  return db.read(["visits", "ops", "chains", "photos", "drafts", "checklists"], async (tx) => {
    /** @type {[VisitRow | undefined, OpRow[], ChainRow | undefined, PhotoRow[], TextDraft[]]} */
    const [row, ops, chain, photos, drafts] = await Promise.all([
      tx.objectStore("visits").get(id),
      tx.objectStore("ops").index("visit").getAll(id),
      tx.objectStore("chains").get(id),
      tx.objectStore("photos").getAll(IDBKeyRange.bound([id], [id, []])),
      tx.objectStore("drafts").getAll(IDBKeyRange.bound([id], [id, []])),
    ]);
    const wanted = (row?.document.checklists ?? []).map(checklistKey);
    /** @type {(Checklist | undefined)[]} */
    const checklists = await Promise.all(wanted.map((key) => tx.objectStore("checklists").get(key)));
    return { row, ops, chain: chain ?? newChain(id), photos, drafts, checklists, wanted };
  });
}

/** @param {{ code: string, version: number }} checklist */
export function checklistKey({ code, version }) {
  return `${code}@${version}`;
}

/**
 * @param {string} insp
 * @returns {ChainRow}
 */
export function newChain(insp) {
  return { insp, n: 0, head: START, through: 0, verified: 0, differs: false };
}

/**
 * The operation, the chain, the outbox and the counters of the list, or none of them.
 * @param {Database} db
 * @param {object} written
 * @param {OpRow} written.row
 * @param {string} written.after the chain's head before it, to see that nobody came between
 * @param {(visit: VisitRow) => void} written.count brings the visit's counters up to date
 * @param {{ item: string, field: string }} [written.clears] the text draft that became this operation
 * @param {{ row: PhotoRow, bytes: ArrayBuffer, thumb: ArrayBuffer | null }} [written.photo]
 * @returns {Promise<ChainRow>}
 * @throws {NumberTaken | Emptied}
 */
export function keepWritten(db, { row, after, count, clears, photo }) {
  const stores = ["ops", "outbox", "chains", "visits", "drafts"];
  if (photo) stores.push("photos", "bytes", "thumbs", "meta");
  const work = async (/** @type {import("./database.js").Writing} */ tx) => {
    const { insp, n, id } = row;
    /** @type {VisitRow | undefined} */
    const visit = await tx.objectStore("visits").get(insp);
    if (!visit) throw new Emptied();
    /** @type {ChainRow} */
    const chain = (await tx.objectStore("chains").get(insp)) ?? newChain(insp);
    if (chain.n !== n - 1 || chain.head !== after) throw new NumberTaken();
    const next = { ...chain, n, head: /** @type {string} */ (row.head) };
    count(visit);
    const puts = [
      tx.objectStore("ops").add(row),
      tx.objectStore("chains").put(next),
      tx.objectStore("outbox").add({ insp, n, id, t: row.op.t, bytes: row.bytes, help: null }),
      tx.objectStore("visits").put(visit),
    ];
    if (clears) tx.objectStore("drafts").delete([insp, clears.item, clears.field]);
    if (photo) {
      const known = await tx.objectStore("photos").get([insp, photo.row.sha]);
      if (!known) puts.push(tx.objectStore("photos").put(photo.row));
      puts.push(tx.objectStore("bytes").put(photo.bytes, photo.row.sha));
      if (photo.thumb) puts.push(tx.objectStore("thumbs").put(photo.thumb, photo.row.sha));
      tx.objectStore("meta").delete("capture");
    }
    await Promise.all(puts);
    return next;
  };
  return db.write(stores, work, { large: photo !== undefined });
}

/**
 * @param {Database} db
 * @param {TextDraft} draft
 */
export function keepDraft(db, draft) {
  return db.write(["drafts"], (tx) => tx.objectStore("drafts").put(draft));
}

/**
 * @param {Database} db
 * @param {TextDraft} draft
 */
export function dropDraft(db, { insp, item, field }) {
  return db.write(["drafts"], (tx) => tx.objectStore("drafts").delete([insp, item, field]));
}

/**
 * The counters of the list, for a visit that others wrote into.
 * @param {Database} db
 * @param {string} id
 * @param {Pick<VisitRow, "tally" | "opened" | "submitted">} counters
 */
export function keepCounters(db, id, counters) {
  return db.write(["visits"], async (tx) => {
    const row = await tx.objectStore("visits").get(id);
    if (row) await tx.objectStore("visits").put({ ...row, ...counters });
  });
}

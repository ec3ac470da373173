// Visits and their operations: reading what is there, and the one transaction that writes an answer.

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").ChainRow} ChainRow
 * @typedef {import("./work.js").ConfirmedRow} ConfirmedRow
 * @typedef {import("./work.js").CountersRow} CountersRow
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 * @typedef {import("./work.js").ReceiptRow} ReceiptRow
 * @typedef {import("./work.js").VisitRow} VisitRow
 * @typedef {import("../types.d.ts").Checklist} Checklist
 * @typedef {import("../types.d.ts").TextDraft} TextDraft
 */

import { unwrap } from "../../vendor/idb/index.js";
import { START } from "../core/chain.js";

/** Another tab wrote first: the number is taken. Look again and make the operation anew. */
export class NumberTaken extends Error {}

/**
 * @param {Database} db
 * @returns {Promise<(VisitRow & CountersRow)[]>}
 */
export function visitRows(db) {
  return db.read(["visits", "counters"], async (tx) => {
    /** @type {[VisitRow[], CountersRow[]]} */
    const [rows, counters] = await Promise.all([
      tx.objectStore("visits").getAll(),
      tx.objectStore("counters").getAll(),
    ]);
    const byVisit = new Map(counters.map((each) => [each.insp, each]));
    return rows.map((row) => ({ ...row, ...(byVisit.get(row.id) ?? noCounters(row.id)) }));
  });
}

/**
 * @param {string} insp
 * @returns {CountersRow}
 */
function noCounters(insp) {
  return { insp, opened: false, submitted: false, tally: { answered: 0, visible: 0, failing: 0, conflicts: 0 } };
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
  const stores = ["visits", "ops", "chains", "confirmed", "photos", "drafts", "checklists", "receipts"];
  return db.read(stores, async (tx) => {
    /** @type {[VisitRow | undefined, OpRow[], ChainRow | undefined, ConfirmedRow | undefined, PhotoRow[], TextDraft[],
     *   ReceiptRow[]]} */
    const [row, ops, chain, confirmed, photos, drafts, receipts] = await Promise.all([
      tx.objectStore("visits").get(id),
      tx.objectStore("ops").index("visit").getAll(id),
      tx.objectStore("chains").get(id),
      tx.objectStore("confirmed").get(id),
      tx.objectStore("photos").getAll(IDBKeyRange.bound([id], [id, []])),
      tx.objectStore("drafts").getAll(IDBKeyRange.bound([id], [id, []])),
      tx.objectStore("receipts").getAll(IDBKeyRange.bound([id], [id, []])),
    ]);
    const wanted = (row?.document.checklists ?? []).map(checklistKey);
    /** @type {(Checklist | undefined)[]} */
    const checklists = await Promise.all((row?.document.checklists ?? []).map((each) => heldVersion(tx, each)));
    return {
      row,
      ops,
      chain: chain ?? newChain(id),
      confirmed: confirmed ?? nothingConfirmed(id),
      photos,
      drafts,
      receipts,
      checklists,
      wanted,
    };
  });
}

/**
 * The version a visit wants; while it has not come, the newest one before it that is here: work goes on offline.
 * @param {import("./database.js").Reading} tx
 * @param {{ code: string, version: number }} wanted
 * @returns {Promise<Checklist | undefined>}
 */
async function heldVersion(tx, { code, version }) {
  /** @type {Checklist | undefined} */
  let newest;
  for (let at = version; at > 0 && newest === undefined; at -= 1) {
    newest = await tx.objectStore("checklists").get(checklistKey({ code, version: at }));
  }
  return newest;
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
  return { insp, n: 0, head: START };
}

/**
 * @param {string} insp
 * @returns {ConfirmedRow}
 */
export function nothingConfirmed(insp) {
  return { insp, through: 0, verified: 0, differs: false };
}

/**
 * The operation, the chain, the outbox and the counters of the list, or none of them. Every request is made at once and
 * nothing is read first.
 * @param {Database} db
 * @param {object} written
 * @param {OpRow} written.row
 * @param {CountersRow} written.counters
 * @param {{ item: string, field: string }} [written.clears] the text draft that became this operation
 * @param {{ row: PhotoRow, bytes: ArrayBuffer, thumb: ArrayBuffer | null }} [written.photo]
 * @returns {Promise<{ chain: ChainRow, isEmptied: boolean }>} isEmptied: it is stored, but the visit it belongs to is gone
 * @throws {NumberTaken}
 */
export async function keepWritten(db, { row, counters, clears, photo }) {
  const { insp, n, id } = row;
  const chain = { insp, n, head: /** @type {string} */ (row.head) };
  /** @type {IDBRequest<IDBValidKey | undefined> | undefined} */
  let visit;
  const operation = (/** @type {IDBTransaction} */ tx) => {
    visit = tx.objectStore("visits").getKey(insp);
    tx.objectStore("numbers").add(id, [insp, n]);
    tx.objectStore("ops").add(row);
    tx.objectStore("chains").put(chain);
    tx.objectStore("outbox").add({ insp, n, id, t: row.op.t, bytes: row.bytes, help: null });
    tx.objectStore("counters").put(counters);
    if (clears) tx.objectStore("drafts").delete([insp, clears.item, clears.field]);
  };
  try {
    if (photo) await db.write([...WRITTEN, ...PHOTOS], withPhoto(photo, operation), { large: true });
    else await db.writeAtOnce(clears ? [...WRITTEN, "drafts"] : WRITTEN, operation);
    return { chain, isEmptied: visit?.result === undefined };
  } catch (error) {
    throw error instanceof DOMException && error.name === "ConstraintError" ? new NumberTaken() : error;
  }
}

const WRITTEN = ["numbers", "ops", "outbox", "chains", "counters", "visits"];
const PHOTOS = ["drafts", "photos", "bytes", "thumbs", "meta"];

/**
 * @param {{ row: PhotoRow, bytes: ArrayBuffer, thumb: ArrayBuffer | null }} photo
 * @param {(tx: IDBTransaction) => void} operation
 * @returns {(tx: import("./database.js").Writing) => Promise<void>}
 */
function withPhoto({ row, bytes, thumb }, operation) {
  return async (tx) => {
    const known = await tx.objectStore("photos").get([row.insp, row.sha]);
    operation(unwrap(tx));
    if (!known) await tx.objectStore("photos").put(row);
    await tx.objectStore("bytes").put(bytes, row.sha);
    if (thumb) await tx.objectStore("thumbs").put(thumb, row.sha);
    await tx.objectStore("meta").delete("capture");
  };
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
 * @param {CountersRow} counters
 */
export function keepCounters(db, counters) {
  return db.write(["counters"], (tx) => tx.objectStore("counters").put(counters));
}

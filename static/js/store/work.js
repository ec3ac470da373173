// The database of one person on this phone: visits, operations, what waits to be sent, photos.

import { Database } from "./database.js";

/**
 * @typedef {import("../types.d.ts").Entry} Entry
 * @typedef {import("../types.d.ts").VisitDocument} VisitDocument
 * @typedef {import("../types.d.ts").VisitTally} VisitTally
 * @typedef {import("../core/outbox.js").Waiting} Waiting
 */

/**
 * @typedef {object} VisitRow
 * @property {string} id
 * @property {VisitDocument} document
 * @property {boolean} gone withdrawn, or long closed: nothing new comes down for it
 * @property {number | null} closed the moment this phone first saw it closed or gone
 */

/**
 * What the list shows of a visit; apart from it, so that a tap needs to read nothing before it writes.
 * @typedef {{ insp: string, opened: boolean, submitted: boolean, tally: VisitTally }} CountersRow
 */

/**
 * An operation, ours or somebody else's.
 * @typedef {Entry & {
 *   id: string, insp: string, n: number, own: boolean,
 *   head?: string, bytes?: number,
 *   answered: null | "ok" | "dup" | "held", code?: string, message?: string, held?: 1,
 *   decision?: import("../types.d.ts").Decision
 * }} OpRow own: written on this device; head: our chain after it; held: present while a person must look at it
 */

/**
 * This device's chain of one visit.
 * @typedef {{ insp: string, n: number, head: string }} ChainRow
 */

/**
 * How far the server has this device's operations of one visit, and how far its chain equalled ours.
 * @typedef {{ insp: string, through: number, verified: number, differs: boolean }} ConfirmedRow
 */

/**
 * @typedef {object} PhotoRow
 * @property {string} insp
 * @property {string} sha
 * @property {number} size
 * @property {string} mime
 * @property {number} t
 * @property {number} offset how much the server has, as far as we know
 * @property {boolean} complete the server confirmed the hash of the whole
 * @property {number} mismatches
 * @property {{ code: string, message: string } | null} help
 * @property {number} [done] when the server confirmed the whole, by the server's clock as far as we know it
 * @property {1} [left] present while it is not complete: IndexedDB finds rows by a key that is there
 */

/**
 * The server's signature under how far it has this device's operations: the inspector's proof of delivery.
 * @typedef {object} ReceiptRow
 * @property {string} insp
 * @property {string} device
 * @property {string} key
 * @property {string} sig
 * @property {{ device: string, head: string, insp: string, n: number, received: number }} body
 * @property {boolean | null} verified null: this browser cannot tell
 */

/** @typedef {import("../types.d.ts").Decision & { op: string, insp: string }} DecisionRow */

const VERSION = 3;

/** @param {string} user */
export function workOf(user) {
  return new Database(`inspect-work-${user}`, VERSION, (db, from) => {
    if (from < 1) {
      db.createObjectStore("visits", { keyPath: "id" });
      const ops = db.createObjectStore("ops", { keyPath: "id" });
      ops.createIndex("visit", "insp");
      ops.createIndex("number", ["insp", "device", "n"]);
      ops.createIndex("held", "held");
      db.createObjectStore("outbox", { keyPath: ["insp", "n"] }).createIndex("t", "t");
      db.createObjectStore("chains", { keyPath: "insp" });
      db.createObjectStore("confirmed", { keyPath: "insp" });
      db.createObjectStore("counters", { keyPath: "insp" });
      // Each of our numbers once per visit, whichever tab takes it: [visit, n] → operation.
      db.createObjectStore("numbers");
      const photos = db.createObjectStore("photos", { keyPath: ["insp", "sha"] });
      photos.createIndex("left", "left");
      // Bytes stand alone, by hash, as ArrayBuffer: Safari loses Blobs, and reading them through an index kills it.
      db.createObjectStore("bytes");
      db.createObjectStore("thumbs");
      db.createObjectStore("checklists");
      db.createObjectStore("cursors");
      db.createObjectStore("drafts", { keyPath: ["insp", "item", "field"] });
      db.createObjectStore("meta");
    }
    if (from < 2) {
      db.createObjectStore("receipts", { keyPath: ["insp", "device"] });
      // What people decided about operations that were held, by operation: they may not be on this phone any more.
      db.createObjectStore("decisions", { keyPath: "op" });
    }
    // What open violations looked like before, by hash: fetched again when it is lost, never sent.
    if (from < 3) db.createObjectStore("before");
  });
}

/**
 * @param {Database} db
 * @param {string} key
 * @returns {Promise<any>}
 */
export function meta(db, key) {
  return db.read(["meta"], (tx) => tx.objectStore("meta").get(key));
}

/**
 * @param {Database} db
 * @param {string} key
 * @param {unknown} value
 */
export function keepMeta(db, key, value) {
  return db.write(["meta"], (tx) => tx.objectStore("meta").put(value, key));
}

// What this phone sent and the server may not have any more: asked visit by visit, offered again where it is missing.

import { incomplete, putBack } from "./outbox.js";

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./database.js").Writing} Writing
 * @typedef {import("./work.js").ChainRow} ChainRow
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 */

const STORES = ["ops", "outbox", "chains", "photos", "meta"];

/**
 * The server was restored from a backup, or is another one: its numbers mean nothing against our cursors, and of what
 * it once confirmed nothing is certain. One transaction, so that a crash in the middle leaves the old state.
 * @param {Database} db
 * @param {string} epoch
 */
export function doubtEverything(db, epoch) {
  return db.write([...STORES, "confirmed", "cursors"], async (tx) => {
    const visits = new Set((await tx.objectStore("chains").getAllKeys()).map(String));
    for (const { insp } of /** @type {PhotoRow[]} */ (await tx.objectStore("photos").getAll())) visits.add(insp);
    await tx.objectStore("meta").put([...visits], "doubted");
    // It may not know this phone's key any more either: the key is introduced again.
    const signing = await tx.objectStore("meta").get("signing");
    if (signing?.key) await tx.objectStore("meta").put({ ...signing, state: null }, "signing");
    await tx.objectStore("confirmed").clear();
    await tx.objectStore("cursors").clear();
    await tx.objectStore("meta").put(epoch, "epoch");
  });
}

/**
 * @param {Database} db
 * @returns {Promise<string[]>} visits about which the restored server has not been asked yet
 */
export async function doubted(db) {
  return (await db.read(["meta"], (tx) => tx.objectStore("meta").get("doubted"))) ?? [];
}

/**
 * @param {Database} db
 * @param {string} insp
 * @returns {Promise<{ ops: string[], photos: string[] }>} what the server once answered for
 */
export function whatWeSent(db, insp) {
  return db.read(["ops", "photos"], async (tx) => {
    /** @type {[OpRow[], PhotoRow[]]} */
    const [ops, photos] = await Promise.all([
      tx.objectStore("ops").index("visit").getAll(insp),
      tx.objectStore("photos").getAll(IDBKeyRange.bound([insp], [insp, []])),
    ]);
    return {
      ops: ops.filter(({ own, answered }) => own && answered !== null).map(({ id }) => id),
      photos: photos.filter(({ complete }) => complete).map(({ sha }) => sha),
    };
  });
}

/**
 * Back into the outbox.
 * @param {Database} db
 * @param {string} insp
 * @param {{ ops: string[], photos: string[] }} missing
 * @param {boolean} withLast our last operation too
 */
export function offer(db, insp, missing, withLast) {
  return db.write(STORES, async (tx) => {
    /** @type {ChainRow | undefined} */
    const chain = await tx.objectStore("chains").get(insp);
    const wanted = new Set(missing.ops);
    for (const row of /** @type {OpRow[]} */ (await tx.objectStore("ops").index("visit").getAll(insp))) {
      if (row.own && row.answered && (wanted.has(row.id) || (withLast && row.n === chain?.n))) await putBack(tx, row);
    }
    for (const sha of missing.photos) {
      /** @type {PhotoRow | undefined} */
      const row = await tx.objectStore("photos").get([insp, sha]);
      if (row?.complete) await tx.objectStore("photos").put(incomplete(row));
    }
    await settled(tx, insp);
  });
}

/**
 * @param {Writing} tx
 * @param {string} insp
 */
async function settled(tx, insp) {
  /** @type {string[] | undefined} */
  const before = await tx.objectStore("meta").get("doubted");
  if (before?.includes(insp)) {
    await tx.objectStore("meta").put(
      before.filter((each) => each !== insp),
      "doubted",
    );
  }
}

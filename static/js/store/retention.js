// What a phone may forget: visits it never worked on, and those closed for a week of which everything is at the server
// and in a backup of the server. Whether it is, the server is asked once more just before.

import { doubted, whatWeSent } from "./holdings.js";

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./database.js").Writing} Writing
 * @typedef {import("./work.js").ChainRow} ChainRow
 * @typedef {import("./work.js").ConfirmedRow} ConfirmedRow
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 * @typedef {import("./work.js").ReceiptRow} ReceiptRow
 * @typedef {import("./work.js").VisitRow} VisitRow
 */

/**
 * @typedef {object} Today
 * @property {number} now ms
 * @property {string} device ours
 * @property {number | null} backup the moment up to which a backup of the server holds everything; null: nobody knows
 * @property {(insp: string, sent: { ops: string[], photos: string[] }) => Promise<boolean>} isHeld asks the server
 * @property {ReadonlySet<string>} [rescued] visits of which something waits in the emergency slot
 */

const KEPT = 7 * 24 * 3_600_000;
const WORK = ["visits", "counters", "ops", "numbers", "outbox", "chains", "confirmed", "drafts", "cursors", "receipts"];
const STORES = [...WORK, "photos", "bytes", "thumbs"];

/**
 * @param {Database} db
 * @param {Today} today
 * @returns {Promise<string[]>} the visits that were forgotten
 */
export async function forgetClosed(db, today) {
  const inDoubt = new Set(await doubted(db));
  /** @type {VisitRow[]} */
  const rows = await db.read(["visits"], (tx) => tx.objectStore("visits").getAll());
  /** @type {string[]} */
  const forgotten = [];
  for (const row of rows) {
    const isOld = row.closed !== null && today.now - row.closed > KEPT;
    if (inDoubt.has(row.id) || today.rescued?.has(row.id) || !(isOld || row.gone)) continue;
    const what = await db.read(STORES, (tx) => mayForget(tx, row, today));
    if (what === "no") continue;
    if (what === "ask" && !(await today.isHeld(row.id, await whatWeSent(db, row.id)))) continue;
    // Between the question and now something may have been written: everything is looked at once more.
    const isDone = await db.write(STORES, async (tx) => {
      if ((await mayForget(tx, row, today)) !== what) return false;
      await forget(tx, row.id);
      return true;
    });
    if (isDone) forgotten.push(row.id);
  }
  return forgotten;
}

/**
 * @param {import("./database.js").Reading | Writing} tx
 * @param {VisitRow} row
 * @param {Today} today
 * @returns {Promise<"no" | "yes" | "ask">} yes: nothing of it was made here
 */
async function mayForget(tx, { id, gone, closed }, { now, device, backup }) {
  const whole = IDBKeyRange.bound([id], [id, []]);
  /** @type {[number, number, OpRow[], PhotoRow[], ChainRow | undefined, ConfirmedRow | undefined, ReceiptRow | undefined]} */
  const [waiting, typed, ops, photos, chain, confirmed, receipt] = await Promise.all([
    tx.objectStore("outbox").count(whole),
    tx.objectStore("drafts").count(whole),
    tx.objectStore("ops").index("visit").getAll(id),
    tx.objectStore("photos").getAll(whole),
    tx.objectStore("chains").get(id),
    tx.objectStore("confirmed").get(id),
    tx.objectStore("receipts").get([id, device]),
  ]);
  const isOld = closed !== null && now - closed > KEPT;
  const isMine = photos.length > 0 || (chain !== undefined && ops.some(({ own }) => own));
  // What somebody typed here and did not finish stays a week, too.
  if (!isMine) return (isOld || (gone && typed === 0)) && waiting === 0 ? "yes" : "no";
  if (!isOld || waiting > 0 || ops.some(({ held }) => held)) return "no";
  if (backup === null || chain?.n !== confirmed?.verified) return "no";
  // The receipt says when the last of ours came in; a photo, when the server said it had the whole.
  const isSafe = receipt && receipt.verified !== false && receipt.body.n >= (chain?.n ?? 0);
  if (!isSafe || receipt.body.received >= backup) return "no";
  return photos.every(({ complete, done }) => complete && done !== undefined && done < backup) ? "ask" : "no";
}

/**
 * @param {Writing} tx
 * @param {string} id
 */
async function forget(tx, id) {
  const whole = IDBKeyRange.bound([id], [id, []]);
  for (const key of await tx.objectStore("ops").index("visit").getAllKeys(id)) await tx.objectStore("ops").delete(key);
  for (const [, sha] of /** @type {[string, string][]} */ (await tx.objectStore("photos").getAllKeys(whole))) {
    await tx.objectStore("photos").delete([id, sha]);
    // The same picture may belong to another visit too.
    const others = /** @type {[string, string][]} */ (await tx.objectStore("photos").getAllKeys());
    if (others.some((key) => key[1] === sha)) continue;
    await tx.objectStore("bytes").delete(sha);
    await tx.objectStore("thumbs").delete(sha);
  }
  await tx.objectStore("drafts").delete(whole);
  await tx.objectStore("numbers").delete(whole);
  await tx.objectStore("counters").delete(id);
  // The chain stays, and how far it was compared: should the visit come back, its numbers must go on and not begin
  // again. The receipt stays too: it is the inspector's proof of what was handed over.
  await tx.objectStore("cursors").delete(id);
  await tx.objectStore("visits").delete(id);
}

// What a phone may forget: visits closed for a week of which the server has everything, and those it never worked on.

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").ChainRow} ChainRow
 * @typedef {import("./work.js").ConfirmedRow} ConfirmedRow
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 * @typedef {import("./work.js").VisitRow} VisitRow
 */

const KEPT = 7 * 24 * 3_600_000;

/**
 * @param {Database} db
 * @param {number} now ms
 * @returns {Promise<string[]>} the visits that were forgotten
 */
export function forgetClosed(db, now) {
  const work = ["visits", "counters", "ops", "numbers", "outbox", "chains", "confirmed", "drafts", "cursors"];
  const stores = [...work, "photos", "bytes", "thumbs"];
  return db.write(stores, async (tx) => {
    /** @type {VisitRow[]} */
    const rows = await tx.objectStore("visits").getAll();
    /** @type {string[]} */
    const forgotten = [];
    for (const { id, gone, closed } of rows) {
      const isOld = closed !== null && now - closed > KEPT;
      const isOthers = gone && !(await tx.objectStore("chains").get(id));
      if ((isOld || isOthers) && (await forget(tx, id))) forgotten.push(id);
    }
    return forgotten;
  });
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {string} id
 */
async function forget(tx, id) {
  const whole = IDBKeyRange.bound([id], [id, []]);
  /** @type {[number, OpRow[], PhotoRow[], ChainRow | undefined, ConfirmedRow | undefined]} */
  const [waiting, ops, photos, chain, confirmed] = await Promise.all([
    tx.objectStore("outbox").count(whole),
    tx.objectStore("ops").index("visit").getAll(id),
    tx.objectStore("photos").getAll(whole),
    tx.objectStore("chains").get(id),
    tx.objectStore("confirmed").get(id),
  ]);
  const compared = !chain || chain.n === confirmed?.verified;
  if (waiting > 0 || !compared || photos.some((row) => !row.complete)) return false;
  for (const row of ops) await tx.objectStore("ops").delete(row.id);
  for (const { sha } of photos) {
    await tx.objectStore("photos").delete([id, sha]);
    // The same picture may belong to another visit too.
    /** @type {PhotoRow[]} */
    const others = await tx.objectStore("photos").getAll();
    if (others.some((row) => row.sha === sha)) continue;
    await tx.objectStore("bytes").delete(sha);
    await tx.objectStore("thumbs").delete(sha);
  }
  await tx.objectStore("drafts").delete(whole);
  await tx.objectStore("numbers").delete(whole);
  await tx.objectStore("counters").delete(id);
  // The chain stays: should the visit come back, its numbers must go on and not begin again.
  await tx.objectStore("cursors").delete(id);
  await tx.objectStore("visits").delete(id);
  return true;
}

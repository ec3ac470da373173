// Photos that wait for their upload, and their bytes, read one at a time and by their hash only.

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 */

/**
 * @param {Database} db
 * @returns {Promise<PhotoRow[]>} not complete yet, the oldest visit first, small before large
 */
export async function photosLeft(db) {
  /** @type {PhotoRow[]} */
  const rows = await db.read(["photos"], (tx) => tx.objectStore("photos").index("left").getAll(1));
  /** @type {Map<string, number>} */
  const oldest = new Map();
  for (const { insp, t } of rows) oldest.set(insp, Math.min(oldest.get(insp) ?? t, t));
  return rows
    .filter((row) => row.help === null)
    .sort((one, other) => (oldest.get(one.insp) ?? 0) - (oldest.get(other.insp) ?? 0) || one.size - other.size);
}

/**
 * @param {Database} db
 * @param {PhotoRow} row
 * @param {Partial<PhotoRow>} change
 */
export function changePhoto(db, { insp, sha }, change) {
  return db.write(["photos"], async (tx) => {
    /** @type {PhotoRow | undefined} */
    const row = await tx.objectStore("photos").get([insp, sha]);
    if (!row) return;
    const next = { ...row, ...change };
    if (next.complete) delete next.left;
    await tx.objectStore("photos").put(next);
  });
}

/**
 * @param {Database} db
 * @param {string} sha
 * @param {"bytes" | "thumbs" | "before"} [store]
 * @returns {Promise<ArrayBuffer | undefined>}
 */
export function photoBytes(db, sha, store = "bytes") {
  return db.read([store], (tx) => tx.objectStore(store).get(sha));
}

// The last photos of open violations that visits take along: which are wanted, which are here, and no others.

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").VisitRow} VisitRow
 */

/** Per visit; the gravest violations come first in its list. */
const MOST = 20;
/** On a link that carries a few kilobytes a second. */
const FEW = 5;
const DAY = 86_400_000;

/**
 * @param {VisitRow[]} rows
 * @param {{ now: number, slow: boolean }} today slow: only what is needed within a day, and little of it
 * @returns {{ insp: string, sha: string }[]} the visit that is next first
 */
export function wantedBefore(rows, { now, slow }) {
  const ahead = new Date(now + (slow ? 1 : 7) * DAY).toISOString().slice(0, 10);
  const open = rows.filter(({ gone, closed, document }) => !gone && closed === null && document.window[0] <= ahead);
  open.sort((one, other) => (one.document.window[0] < other.document.window[0] ? -1 : 1));
  return open.flatMap(({ id, document }) => {
    const shas = new Set(document.open_violations.flatMap(({ photo }) => photo?.sha ?? []));
    return [...shas].slice(0, slow ? FEW : MOST).map((sha) => ({ insp: id, sha }));
  });
}

/**
 * What no visit takes along any more is deleted: access may have ended, or the violation is closed.
 * @param {Database} db
 * @param {{ now: number, slow: boolean }} today
 * @returns {Promise<{ insp: string, sha: string }[]>} those wanted that are not here
 */
export function missingBefore(db, today) {
  return db.write(["visits", "before"], async (tx) => {
    /** @type {[VisitRow[], IDBValidKey[]]} */
    const [rows, keys] = await Promise.all([tx.objectStore("visits").getAll(), tx.objectStore("before").getAllKeys()]);
    const named = new Set(
      rows.filter(({ gone }) => !gone).flatMap((row) => row.document.open_violations.map(({ photo }) => photo?.sha)),
    );
    await Promise.all(keys.filter((key) => !named.has(String(key))).map((key) => tx.objectStore("before").delete(key)));
    const here = new Set(keys);
    return wantedBefore(rows, today).filter(({ sha }) => !here.has(sha));
  });
}

/**
 * @param {Database} db
 * @param {string} sha
 * @param {ArrayBuffer} bytes
 */
export function keepBefore(db, sha, bytes) {
  return db.write(["before"], (tx) => tx.objectStore("before").put(bytes, sha), { large: true });
}

// Broken phones. Each replaces one function of the app by a wrong one; a simulation that does not notice proves nothing.

import { IDBKeyRange } from "fake-indexeddb";

/**
 * A wrong function: given the right one and what the phone's modules export, it is called in its place.
 * @typedef {(real: (...given: any[]) => any, get: (path: string) => any) => (...given: any[]) => any} Wrong
 */

/** By name: the module, the function in it, and what stands there instead. @type {Record<string, [string, string, Wrong]>} */
export const MUTANTS = {
  // What is sent is believed to have arrived.
  "outbox-emptied-on-send": [
    "store/outbox.js",
    "opsOf",
    (real) => async (db, batch) => {
      const rows = await real(db, batch);
      await db.write(["outbox"], async (/** @type {any} */ tx) => {
        for (const { insp, n } of batch) await tx.objectStore("outbox").delete([insp, n]);
      });
      return rows;
    },
  ],
  // A write does not say what it replaces.
  "replaces-nothing": [
    "core/fold.js",
    "replaces",
    (real) =>
      (...given) =>
        real(...given) && [],
  ],
  // After a restart the numbers begin again, and nothing in the database minds.
  "counts-from-one-again": [
    "store/visits.js",
    "wholeVisit",
    (real) =>
      async (...given) => {
        const whole = await real(...given);
        const [db, insp] = given;
        await db.write(["numbers", "outbox"], async (/** @type {any} */ tx) => {
          await tx.objectStore("numbers").clear();
          await tx.objectStore("outbox").clear();
        });
        return { ...whole, chain: { insp, n: 0, head: "0".repeat(64) } };
      },
  ],
  // A closed visit is forgotten whatever of it has not arrived.
  "forgets-before-it-arrived": ["store/retention.js", "forgetClosed", () => forgetAllClosed],
  // The cursor moves in a transaction of its own, before the rows.
  "cursor-before-rows": [
    "store/pulled.js",
    "keepPage",
    (real) =>
      async (db, page, ...given) => {
        await db.write(["cursors"], async (/** @type {any} */ tx) => {
          for (const [scope, rows] of Object.entries(page.ch)) {
            const last = rows.at(-1);
            if (last) await tx.objectStore("cursors").put(last[0], scope);
          }
        });
        return real(db, page, ...given);
      },
  ],
  // The photo's operation first, its bytes a moment later.
  "photo-after-its-operation": [
    "store/visits.js",
    "keepWritten",
    (real) => async (db, written) => {
      const { photo, ...rest } = written;
      const result = await real(db, rest);
      if (photo) {
        await db.write(["photos", "bytes"], async (/** @type {any} */ tx) => {
          await tx.objectStore("photos").put(photo.row);
          await tx.objectStore("bytes").put(photo.bytes, photo.row.sha);
        });
      }
      return result;
    },
  ],
  // Another database on the server is taken for the same one.
  "deaf-to-the-epoch": [
    "store/holdings.js",
    "doubtEverything",
    () => (db, epoch) =>
      db.write(["meta", "confirmed", "cursors"], async (/** @type {any} */ tx) => {
        await tx.objectStore("confirmed").clear();
        await tx.objectStore("cursors").clear();
        await tx.objectStore("meta").put(epoch, "epoch");
      }),
  ],
  // A tab that finds its number taken takes it over.
  "last-tab-wins": [
    "store/visits.js",
    "keepWritten",
    (real) => async (db, written) => {
      const { insp, n } = written.row;
      await db.write(["numbers", "outbox"], async (/** @type {any} */ tx) => {
        await tx.objectStore("numbers").delete([insp, n]);
        await tx.objectStore("outbox").delete([insp, n]);
      });
      return real(db, written);
    },
  ],
  // Of several answers the one with the latest clock is shown.
  "latest-clock-wins": [
    "core/fold.js",
    "standing",
    (real) => (written) =>
      real(written)
        .sort((/** @type {any} */ a, /** @type {any} */ b) => b.t - a.t)
        .slice(0, 1),
  ],
};

/** @param {any} db */
async function forgetAllClosed(db) {
  await db.write(["visits", "ops", "outbox", "photos"], async (/** @type {any} */ tx) => {
    for (const { id, closed } of await tx.objectStore("visits").getAll()) {
      if (closed === null) continue;
      const gone = IDBKeyRange.bound([id], [id, []]);
      for (const key of await tx.objectStore("ops").index("visit").getAllKeys(id)) tx.objectStore("ops").delete(key);
      for (const name of ["outbox", "photos"]) tx.objectStore(name).delete(gone);
    }
  });
  return [];
}

/**
 * @param {string} path below static/js
 * @param {string} source
 * @param {string} mutant
 * @returns {string} the source with the function replaced; the same when the mutant concerns another module
 */
export function infected(path, source, mutant) {
  const [module, name] = MUTANTS[mutant] ?? [];
  if (module !== path) return source;
  const begin = new RegExp(`(export )?(async )?function ${name}\\(`);
  if (!begin.test(source)) {
    // An exception here would look like a phone that does not work, and so like a mutant that was noticed.
    process.stderr.write(`mutant ${mutant}: there is no function ${name} in ${path}\n`);
    process.exit(1);
  }
  const renamed = source.replace(begin, (_, isOut, isAsync) => {
    return `${isOut ? "export " : ""}function ${name}(...given) { return __mutant(__right, given); }\n${isAsync ?? ""}function __right(`;
  });
  return renamed;
}

// "Which of these do you hold?": after the server was restored, before anything is deleted here, and when asked to.

import { doubtEverything, doubted, offer, whatWeSent } from "../store/holdings.js";
import { meta } from "../store/work.js";
import { call, Failed } from "./api.js";

/** @typedef {import("../store/database.js").Database} Database */

const MOST = 2_000;

/**
 * @param {Database} db
 * @param {string} insp
 * @param {boolean} compare also offer our last operation: its answer brings how far the server's chain equals ours
 * @returns {Promise<{ ops: number, photos: number }>} how much the server does not hold; it is offered again
 * @throws {Failed}
 */
export async function reconcile(db, insp, compare) {
  const sent = await whatWeSent(db, insp);
  /** @type {{ ops: string[], photos: string[] }} */
  const missing = { ops: [], photos: [] };
  for (let at = 0; at < Math.max(sent.ops.length, sent.photos.length); at += MOST) {
    const epoch = (await meta(db, "epoch")) ?? null;
    const json = { epoch, insp, ops: sent.ops.slice(at, at + MOST), photos: sent.photos.slice(at, at + MOST) };
    const answer = await call("POST", "/sync/holdings", { json, gzip: true });
    if (answer.status === 404 || answer.status === 405) {
      // A server that cannot be asked gets everything once more; it knows what it has.
      await offer(db, insp, sent, compare);
      return { ops: sent.ops.length, photos: sent.photos.length };
    }
    if (answer.status !== 200) throw new Failed(answer);
    // Restored between two of our questions: all of them are to be asked again, this one too.
    if (epoch !== null && answer.data.epoch !== epoch) {
      await doubtEverything(db, String(answer.data.epoch));
      return reconcile(db, insp, true);
    }
    missing.ops.push(...answer.data.ops);
    missing.photos.push(...answer.data.photos);
  }
  await offer(db, insp, missing, compare);
  return { ops: missing.ops.length, photos: missing.photos.length };
}

/**
 * The server was restored: it is asked about every visit, one after the other; what is left goes on the next time.
 * @param {Database} db
 * @returns {Promise<boolean>} true: something was asked, and may wait to be sent
 * @throws {Failed}
 */
export async function reconcileDoubted(db) {
  const visits = await doubted(db);
  for (const insp of visits) await reconcile(db, insp, true);
  return visits.length > 0;
}

// Fetching the last photos of open violations, after everything else went up and came down: a run that has work to send,
// or no network any more, leaves them for the next one.

import { Trouble } from "../core/trouble.js";
import { keepBefore, missingBefore } from "../store/before.js";
import { call, Failed } from "./api.js";

/** @typedef {import("../store/database.js").Database} Database */

/** What the server would not give is not asked for again before the application starts anew. @type {Set<string>} */
const refused = new Set();
let isFull = false;

/**
 * @param {Database} db
 * @param {() => boolean} hurry something was written meanwhile
 * @returns {Promise<string[]>} the visits that have a new one
 * @throws {Failed} only when nobody is signed in any more
 */
export async function fetchBefore(db, hurry) {
  /** @type {Set<string>} */
  const changed = new Set();
  if (isFull) return [];
  for (const { insp, sha } of await missingBefore(db, { now: Date.now(), slow: isSlow() })) {
    if (hurry()) break;
    if (refused.has(sha)) continue;
    const answer = await call("GET", `/visits/${insp}/before/${sha}`, { headers: { Accept: "image/jpeg" } });
    if (answer.status === 401) throw new Failed(answer);
    if (answer.status === 200 && answer.data instanceof ArrayBuffer) {
      if (!(await keep(db, sha, answer.data))) break;
      changed.add(insp);
    } else if (answer.status >= 400 && answer.status < 500) refused.add(sha);
    else break;
  }
  return [...changed];
}

/**
 * @param {Database} db
 * @param {string} sha
 * @param {ArrayBuffer} bytes
 */
async function keep(db, sha, bytes) {
  try {
    await keepBefore(db, sha, bytes);
    return true;
  } catch (error) {
    // The room there is belongs to what is written here.
    if (!(error instanceof Trouble)) throw error;
    isFull = true;
    return false;
  }
}

/** Where the browser says so; the others count as quick, and their runs end when something is written. */
function isSlow() {
  const { saveData, effectiveType } =
    /** @type {{ connection?: { saveData?: boolean, effectiveType?: string } }} */ (navigator).connection ?? {};
  return saveData === true || /2g/.test(effectiveType ?? "");
}

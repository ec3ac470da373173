// Fetching the last photos of open violations when a run is over: nobody waits for them, and whatever there is to send or
// to ask comes first. What is left, or finds no network any more, comes after the next run.

import { Trouble } from "../core/trouble.js";
import { keepBefore, missingBefore } from "../store/before.js";
import { call } from "./api.js";
import { emit } from "./events.js";
import { somebody } from "./here.js";

/** @typedef {import("../store/database.js").Database} Database */

/** What the server would not give is not asked for again before the application starts anew. @type {Set<string>} */
const refused = new Set();
let isFull = false;
/** One after the other: whichever is over ends with the picture it is at. @type {Promise<void>} */
let looking = Promise.resolve();

/**
 * @param {Database} db
 * @param {() => boolean} over something else comes first now
 */
export function lookBack(db, over) {
  const left = () => somebody()?.db !== db;
  looking = looking.then(async () => {
    try {
      const changed = await fetchBefore(db, () => over() || left());
      if (!left()) for (const id of changed) emit({ kind: "visit", id, items: null });
    } catch (error) {
      if (!left()) reportError(error); // what is closed cannot keep anything
    }
  });
}

/**
 * @param {Database} db
 * @param {() => boolean} over
 * @returns {Promise<string[]>} the visits that have a new one
 */
export async function fetchBefore(db, over) {
  /** @type {Set<string>} */
  const changed = new Set();
  if (isFull) return [];
  for (const { insp, sha } of await missingBefore(db, { now: Date.now(), slow: isSlow() })) {
    if (over()) break;
    if (refused.has(sha)) continue;
    const answer = await call("GET", `/visits/${insp}/before/${sha}`, { headers: { Accept: "image/jpeg" } });
    if (answer.status === 200 && answer.data instanceof ArrayBuffer) {
      if (!(await keep(db, sha, answer.data))) break;
      changed.add(insp);
    } else if (answer.status >= 400 && answer.status < 500 && answer.status !== 401) refused.add(sha);
    else break; // no network, a server in trouble, or signed out: the next run will tell
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

// Fetching what changed: page by page, each kept together with its cursor; then the checklists that visits name.

import { afterFailure } from "../core/retry.js";
import { doubtEverything } from "../store/holdings.js";
import { cursors, keepChecklist, keepPage, missingChecklists } from "../store/pulled.js";
import { meta } from "../store/work.js";
import { call, Failed } from "./api.js";
import { epochChanged, keepClock, keepWatermark } from "./push.js";

const PAGE = 256 * 1024;

/**
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/phone.js").Person} Person
 * @typedef {import("../store/work.js").OpRow} OpRow
 */

/**
 * @param {{ db: Database, person: Person, came: (visits: Set<string>, rows: OpRow[]) => Promise<void> }} work
 * @throws {Failed}
 */
export async function pullAll({ db, person, came }) {
  for (;;) {
    const body = { epoch: (await meta(db, "epoch")) ?? null, cur: await cursors(db), limit_bytes: PAGE };
    const started = Date.now();
    const answer = await call("POST", "/sync/pull", { json: body });
    if (afterFailure(answer.status, answer.code) === "epoch") {
      await doubtEverything(db, String(answer.data.epoch));
      continue;
    }
    if (answer.status !== 200) throw new Failed(answer);
    const page = answer.data;
    await keepClock(db, started, page.server_time);
    await keepWatermark(db, page.backup);
    // Another database: its numbers mean nothing against our cursors. Ask again from the beginning.
    if (await epochChanged(db, page.epoch)) continue;
    const { visits, rows } = await keepPage(db, page, { device: person.device, now: Date.now() });
    if (visits.size > 0 || rows.length > 0) await came(visits, rows);
    if (!page.more) return;
  }
}

/**
 * @param {Database} db
 * @returns {Promise<number>} how many came
 * @throws {Failed} after the others were fetched: one that the server does not have must not hold them up
 */
export async function fetchChecklists(db) {
  /** @type {Failed | null} */
  let failed = null;
  let count = 0;
  for (const { key, url } of await missingChecklists(db)) {
    const answer = await call("GET", url);
    if (answer.status === 200) {
      await keepChecklist(db, key, answer.data);
      count += 1;
    } else {
      failed = new Failed(answer);
      if (answer.status !== 404) break;
    }
  }
  // Those that came are news first; the next try will say what is still missing.
  if (failed && count === 0) throw failed;
  return count;
}

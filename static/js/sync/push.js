// Sending operations: batch by batch until none is left that may go; one leaves the outbox only by its answer.

import { nextBatch, split } from "../core/outbox.js";
import { afterFailure } from "../core/retry.js";
import { uuid7 } from "../core/uuid7.js";
import { doubtEverything } from "../store/holdings.js";
import { keepAnswers, markHelp, opsOf, unsentInAll, waiting } from "../store/outbox.js";
import { keepMeta, meta } from "../store/work.js";
import { call, Failed } from "./api.js";
import { receiptsOf, sealed } from "./identity.js";

/**
 * @typedef {import("../core/outbox.js").Waiting} Waiting
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/phone.js").Person} Person
 * @typedef {import("../store/work.js").OpRow} OpRow
 * @typedef {import("../store/work.js").ConfirmedRow} ConfirmedRow
 * @typedef {import("../store/work.js").ReceiptRow} ReceiptRow
 */

/**
 * @typedef {object} Work
 * @property {Database} db
 * @property {Person} person
 * @property {string} app the build of this app
 * @property {() => Promise<Record<string, unknown>>} health
 * @property {(rows: OpRow[], confirmed: ConfirmedRow[], receipts: ReceiptRow[]) => void} answered
 */

/** After so many 500s in a row the server is taken to break on one operation, which is then looked for. */
const STUBBORN = 5;
/** So many single operations that all break it, and none that goes: it is not the operations. */
const ENOUGH = 20;

/** How often in a row a batch that begins with this operation broke the server. Hope does not make it forget. */
const broke = { id: "", times: 0 };

/**
 * @param {Work} work
 * @throws {Failed} for everything that a later try may mend
 */
export async function pushAll(work) {
  for (;;) {
    const batch = nextBatch(await waiting(work.db));
    if (batch.length === 0) return;
    await send(work, batch, null);
  }
}

/**
 * The search for the one operation on which the server breaks.
 * @typedef {{ went: number, stuck: { row: Waiting, code: string, message: string }[] }} Hunt
 */

/**
 * @param {Work} work
 * @param {Waiting[]} batch
 * @param {Hunt | null} hunt
 * @returns {Promise<void>}
 */
async function send(work, batch, hunt) {
  const { db, person } = work;
  const epoch = (await meta(db, "epoch")) ?? null;
  const rows = await opsOf(db, batch);
  const started = Date.now();
  const answer = await call("POST", "/sync/push", { json: await envelope(work, rows, epoch), gzip: true });
  if (answer.status !== 200) return refused(work, batch, answer, hunt);
  const { data } = answer;
  broke.times = 0;
  if (hunt) hunt.went += 1;
  await keepClock(db, started, data.server_time);
  await keepWatermark(db, data.backup);
  const receipts = await receiptsOf(person, data.scopes);
  const kept = await keepAnswers(db, data.scopes, data.need_blobs, person.device, receipts);
  work.answered(kept.rows, kept.confirmed, receipts);
  if (await epochChanged(db, data.epoch)) return;
  // An answer that speaks of none of them would make us send the same for ever.
  if (kept.count === 0)
    throw new Failed({ ...answer, code: "server-trouble", message: "máy chủ không xác nhận mục nào" });
}

/**
 * @param {Work} work
 * @param {Waiting[]} batch
 * @param {import("./api.js").Answer} answer
 * @param {Hunt | null} hunt
 * @returns {Promise<void>}
 */
async function refused(work, batch, answer, hunt) {
  const isBroken = answer.status === 500 && (hunt !== null || isOverOne(batch));
  if (isBroken && !hunt && batch.length > 1) return hunted(work, batch, answer);
  const what = isBroken ? "split" : afterFailure(answer.status, answer.code);
  if (what === "epoch") {
    await doubtEverything(work.db, String(answer.data.epoch));
    return;
  }
  if (what !== "split") throw new Failed(answer);
  const parts = split(batch);
  if (!("stuck" in parts)) {
    for (const half of parts.halves) await send(work, half, hunt);
    return;
  }
  const { code, message } = answer;
  if (isBroken && hunt) {
    hunt.stuck.push({ row: parts.stuck, code, message });
    if (hunt.went === 0 && hunt.stuck.length >= ENOUGH) throw gaveUp(answer);
  } else await markHelp(work.db, parts.stuck, { code, message });
}

/**
 * A server that breaks on one operation would break on it for ever, and everything behind it would wait. One that
 * breaks on each of them has another trouble: nothing is condemned for that.
 * @param {Work} work
 * @param {Waiting[]} batch
 * @param {import("./api.js").Answer} answer
 */
async function hunted(work, batch, answer) {
  /** @type {Hunt} */
  const hunt = { went: 0, stuck: [] };
  const parts = split(batch);
  if ("halves" in parts) for (const half of parts.halves) await send(work, half, hunt);
  if (hunt.went === 0) throw gaveUp(answer);
  for (const { row, code, message } of hunt.stuck) await markHelp(work.db, row, { code, message });
}

/** @param {import("./api.js").Answer} answer */
function gaveUp(answer) {
  // The next search comes after as many failures again, and not with each of them.
  broke.times = 0;
  return new Failed(answer);
}

/** @param {Waiting[]} batch the server answered 500 to it */
function isOverOne([first]) {
  if (!first || first.suspect) return true;
  broke.times = broke.id === first.id ? broke.times + 1 : 1;
  broke.id = first.id;
  return broke.times >= STUBBORN;
}

/**
 * @param {Work} work
 * @param {OpRow[]} rows
 * @param {string | null} epoch
 */
async function envelope({ db, person, app, health }, rows, epoch) {
  /** @type {Map<string, OpRow[]>} */
  const byVisit = new Map();
  for (const row of rows) byVisit.set(row.insp, [...(byVisit.get(row.insp) ?? []), row]);
  return {
    proto: 1,
    epoch,
    device: person.device,
    user: person.id,
    app,
    batch: uuid7(),
    clock: { wall: Date.now(), offset: (await meta(db, "offset")) ?? null },
    unsent: await unsentInAll(db),
    health: await health(),
    scopes: await Promise.all([...byVisit].map(([insp, ops]) => scope(db, person, insp, ops))),
  };
}

/**
 * @param {Database} db
 * @param {Person} person
 * @param {string} insp
 * @param {OpRow[]} ops
 */
async function scope(db, { device }, insp, ops) {
  const last = ops.at(-1);
  const head = last?.head ?? null;
  const seal = last && head ? await sealed(db, { device, head, insp, n: last.n }) : undefined;
  return { insp, ops: ops.map(({ op }) => op), head, seal: seal && last ? { ...seal, n: last.n } : undefined };
}

/**
 * The moment up to which a backup of the server holds everything; without it nothing is ever deleted here.
 * @param {Database} db
 * @param {unknown} backup
 */
export async function keepWatermark(db, backup) {
  if (backup === undefined || (await meta(db, "backup")) === backup) return;
  await keepMeta(db, "backup", typeof backup === "number" ? backup : null);
}

/**
 * The server's clock against ours, from the middle of the request; shown to people, deciding nothing.
 * @param {Database} db
 * @param {number} started
 * @param {number} serverTime
 */
export async function keepClock(db, started, serverTime) {
  if (typeof serverTime !== "number") return;
  const offset = Math.round(serverTime - (started + Date.now()) / 2);
  const known = await meta(db, "offset");
  if (typeof known === "number" && Math.abs(known - offset) < 500) return;
  await keepMeta(db, "offset", offset);
}

/**
 * @param {Database} db
 * @param {string} epoch as the server says
 * @returns {Promise<boolean>} true: it is another database than before, and everything is offered again
 */
export async function epochChanged(db, epoch) {
  const known = await meta(db, "epoch");
  if (known === epoch) return false;
  if (known === undefined) {
    await keepMeta(db, "epoch", epoch);
    return false;
  }
  await doubtEverything(db, epoch);
  return true;
}

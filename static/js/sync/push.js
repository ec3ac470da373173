// Sending operations: batch by batch until none is left that may go; one leaves the outbox only by its answer.

import { nextBatch, split } from "../core/outbox.js";
import { afterFailure } from "../core/retry.js";
import { uuid7 } from "../core/uuid7.js";
import { keepAnswers, markHelp, offerEverything, opsOf, unsentInAll, waiting } from "../store/outbox.js";
import { keepMeta, meta } from "../store/work.js";
import { call, Failed } from "./api.js";

/**
 * @typedef {import("../core/outbox.js").Waiting} Waiting
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/phone.js").Person} Person
 * @typedef {import("../store/work.js").OpRow} OpRow
 * @typedef {import("../store/work.js").ConfirmedRow} ConfirmedRow
 */

/**
 * @typedef {object} Work
 * @property {Database} db
 * @property {Person} person
 * @property {string} app the build of this app
 * @property {() => Promise<Record<string, unknown>>} health
 * @property {(rows: OpRow[], confirmed: ConfirmedRow[]) => void} answered
 * @property {boolean} isStubborn the server failed at this several times
 */

/**
 * @param {Work} work
 * @throws {Failed} for everything that a later try may mend
 */
export async function pushAll(work) {
  for (;;) {
    const batch = nextBatch(await waiting(work.db));
    if (batch.length === 0) return;
    await send(work, batch);
  }
}

/**
 * @param {Work} work
 * @param {Waiting[]} batch
 * @returns {Promise<void>}
 */
async function send(work, batch) {
  const { db, person } = work;
  const epoch = (await meta(db, "epoch")) ?? null;
  const rows = await opsOf(db, batch);
  const started = Date.now();
  const answer = await call("POST", "/sync/push", { json: await envelope(work, rows, epoch), gzip: true });
  if (answer.status !== 200) return refused(work, batch, answer);
  const { data } = answer;
  await keepClock(db, started, data.server_time);
  const kept = await keepAnswers(db, data.scopes, data.need_blobs, person.device);
  work.answered(kept.rows, kept.confirmed);
  if (await epochChanged(db, data.epoch)) return;
  // An answer that speaks of none of them would make us send the same for ever.
  if (kept.count === 0)
    throw new Failed({ ...answer, code: "server-trouble", message: "máy chủ không xác nhận mục nào" });
}

/**
 * @param {Work} work
 * @param {Waiting[]} batch
 * @param {import("./api.js").Answer} answer
 * @returns {Promise<void>}
 */
async function refused(work, batch, answer) {
  // A server that breaks on one operation would break on it for ever, and everything behind it would wait.
  const isOverOne = work.isStubborn && answer.status === 500;
  const what = isOverOne ? "split" : afterFailure(answer.status, answer.code);
  if (what === "epoch") {
    await offerEverything(work.db, String(answer.data.epoch));
    return;
  }
  if (what !== "split") throw new Failed(answer);
  const parts = split(batch);
  if ("stuck" in parts) {
    await markHelp(work.db, parts.stuck, { code: answer.code, message: answer.message });
    return;
  }
  for (const half of parts.halves) await send(work, half);
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
    scopes: [...byVisit].map(([insp, ops]) => ({
      insp,
      ops: ops.map(({ op }) => op),
      head: ops.at(-1)?.head ?? null,
    })),
  };
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
  await offerEverything(db, epoch);
  return true;
}

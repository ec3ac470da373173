// Writing operations: one after the other per visit, each durable before anybody is told so.

import { replaces } from "../core/fold.js";
import { asGps } from "../core/geo.js";
import { makeOperation } from "../core/operation.js";
import { Trouble } from "../core/trouble.js";
import { lastFix } from "../device/position.js";
import { rescue } from "../store/emergency.js";
import { keepPerson, keepSetting } from "../store/phone.js";
import { restoreVisit } from "../store/restore.js";
import { keepWritten, NumberTaken } from "../store/visits.js";
import { emit, tell } from "./events.js";
import { current } from "./here.js";
import { conflicts, live, liveNow, recount, recountWaiting, refresh, tallyOf } from "./live.js";
import { nudge } from "./runner.js";
import { takeTurn } from "./turns.js";

/**
 * @typedef {import("../types.d.ts").Draft} Draft
 * @typedef {import("../types.d.ts").Op} Op
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../store/work.js").OpRow} OpRow
 * @typedef {import("../store/work.js").PhotoRow} PhotoRow
 * @typedef {import("./live.js").Live} Live
 */

/**
 * @typedef {object} More
 * @property {{ item: string, field: string }} [clears] the text draft that becomes this operation
 * @property {{ row: PhotoRow, bytes: ArrayBuffer, thumb: ArrayBuffer | null }} [photo]
 * @property {boolean} [rescued] it comes from the emergency slot and is there already
 */

const FRESH_FIX = 120_000;
const TRIES = 50;

/** Visits into which another tab writes too. @type {Set<string>} */
const shared = new Set();

/**
 * Another tab wrote into this visit: from now on its writes and ours wait for one another.
 * @param {string} id
 */
export function share(id) {
  shared.add(id);
}

/**
 * @param {string} id the visit
 * @param {Draft | ((whole: Live) => Promise<Draft | null>)} draft a function looks at the visit when its turn comes
 * @param {More} [more]
 * @returns {Promise<{ op: Op, visit: Visit, items: string[] } | null>} null: the function had nothing to write
 * @throws {Trouble} "storage-failing": not stored; in the emergency slot when facts.rescued
 */
export function write(id, draft, more = {}) {
  return takeTurn(id, () => inTurn(id, draft, more));
}

/**
 * @param {string} id
 * @param {Draft | ((whole: Live) => Promise<Draft | null>)} given
 * @param {More} more
 */
async function inTurn(id, given, more) {
  const { person } = current();
  // The number in the transaction keeps two tabs apart; the lock only spares them vain tries, and costs a tap its wait.
  if (!shared.has(id)) {
    try {
      return await once(id, given, more);
    } catch (error) {
      if (!(error instanceof NumberTaken)) throw error;
      share(id);
    }
  }
  return navigator.locks.request(`write-${person.id}-${id}`, async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(id, given, more);
      } catch (error) {
        if (!(error instanceof NumberTaken) || tries === TRIES) throw error;
      }
      await refresh(current().db, id);
    }
  });
}

/**
 * From a tap to the transaction nothing is waited for but what is here already.
 * @param {string} id
 * @param {Draft | ((whole: Live) => Promise<Draft | null>)} given
 * @param {More} more
 */
async function once(id, given, more) {
  const { person, db } = current();
  const whole = liveNow(id) ?? (await live(db, id));
  const draft = typeof given === "function" ? await given(whole) : given;
  if (!draft) return null;
  const row = rowOf(whole, draft, person);
  try {
    const { clears, photo } = more;
    const { chain, isEmptied } = await keepWritten(db, { row, counters: countersOf(whole, draft), clears, photo });
    whole.chain = chain;
    const result = stored(whole, row, more);
    if (isEmptied) await putBack(whole, photo?.row.sha);
    return result;
  } catch (error) {
    if (error instanceof Trouble && !more.photo && !more.rescued) {
      error.facts.rescued = rescue(person.id, { insp: id, draft, t: Date.now() });
    }
    throw error;
  }
}

/**
 * The browser emptied the database under us. What is in memory goes back; the bytes of photos are gone.
 * @param {Live} whole
 * @param {string | undefined} justTaken the photo that was stored a moment ago
 */
async function putBack({ visit, chain, marks, photos }, justTaken) {
  const { person, db } = current();
  await keepPerson(person);
  await keepSetting("last", person.id);
  const { id, document, gone, checklists, drafts } = visit;
  const row = { id, document, gone, closed: gone ? Date.now() : null };
  await restoreVisit(db, person, { row, ops: [...marks.values()], chain, checklists, drafts });
  const lost = [...photos.values()].filter(({ complete, sha }) => !complete && sha !== justTaken).length;
  const said = "Trình duyệt vừa xóa bộ nhớ của ứng dụng vì máy hết chỗ. Các câu trả lời đang mở đã được ghi lại.";
  const missed = lost > 0 ? ` ${lost} ảnh chưa gửi đã mất, hãy chụp lại.` : "";
  const advice = " Hãy gửi ngay và giải phóng bộ nhớ của máy.";
  tell({ kind: "storage", level: "failing", message: said + missed + advice });
}

/**
 * @param {Live} whole
 * @param {Draft} draft
 * @param {import("../store/phone.js").Person} person
 * @returns {OpRow}
 */
function rowOf({ visit, chain }, draft, person) {
  const fix = lastFix();
  const isFresh = fix && Date.now() - fix.time < FRESH_FIX;
  const placed = draft.gps || !isFresh ? draft : { ...draft, gps: asGps(fix) };
  const { op, head, bytes } = makeOperation(placed, chain, {
    sup: replaces(visit.state, draft, person.id),
    wall: Date.now(),
    monotonic: performance.now(),
  });
  return {
    id: op.id,
    insp: visit.id,
    n: op.n,
    own: true,
    head,
    bytes,
    op,
    by: person.id,
    byName: person.name,
    device: person.device,
    answered: null,
  };
}

/**
 * The counters of the list of visits, written with the operation so that the list needs no folding.
 * @param {Live} whole
 * @param {Draft} draft
 * @returns {import("../store/work.js").CountersRow}
 */
function countersOf({ visit }, draft) {
  const { id, state } = visit;
  const opened = draft.k === "open" || state.opened.length > 0;
  const submitted = draft.k === "submit" || state.submitted.length > 0;
  if (draft.k !== "answer") return { insp: id, opened, submitted, tally: visit.tally };
  const values = { ...visit.values };
  if (draft.v === null) delete values[draft.i];
  else values[draft.i] = draft.v;
  const left = conflicts(state);
  left.delete(draft.i);
  return { insp: id, opened, submitted, tally: tallyOf(visit, values, left) };
}

/**
 * @param {Live} whole
 * @param {OpRow} row
 * @param {More} more
 */
function stored(whole, row, { clears, photo }) {
  const { visit } = whole;
  const items = whole.fold.apply(row);
  whole.marks.set(row.id, row);
  if (photo && !whole.photos.has(photo.row.sha)) whole.photos.set(photo.row.sha, photo.row);
  if (clears) visit.drafts = visit.drafts.filter(({ item, field }) => item !== clears.item || field !== clears.field);
  if (row.op.k === "answer" || row.op.k === "open") recount(whole);
  recountWaiting(whole);
  emit({ kind: "visit", id: visit.id, items });
  nudge({ photos: photo ? 1 : 0, t: row.op.t });
  return { op: row.op, visit, items };
}

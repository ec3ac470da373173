// The visits in memory: folded once when opened, then moved on operation by operation, never folded anew per tap.

import { progress, verdict } from "../core/checklist.js";
import { Fold } from "../core/fold.js";
import { Trouble } from "../core/trouble.js";
import { dayOf, valuesOf } from "../core/values.js";
import { wholeVisit } from "../store/visits.js";

/**
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/work.js").ChainRow} ChainRow
 * @typedef {import("../store/work.js").ConfirmedRow} ConfirmedRow
 * @typedef {import("../store/work.js").OpRow} OpRow
 * @typedef {import("../store/work.js").PhotoRow} PhotoRow
 * @typedef {import("../types.d.ts").Answer} Answer
 * @typedef {import("../types.d.ts").ChecklistItem} ChecklistItem
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").VisitState} VisitState
 * @typedef {import("../types.d.ts").VisitTally} VisitTally
 */

/**
 * A visit with what the screens do not need to see.
 * @typedef {object} Live
 * @property {Visit} visit
 * @property {Fold} fold
 * @property {ChainRow} chain
 * @property {ConfirmedRow} confirmed
 * @property {Map<string, OpRow>} marks by operation: what became of it
 * @property {Map<string, PhotoRow>} photos by hash
 * @property {Map<string, ChecklistItem>} items
 */

/** @type {Map<string, Promise<Live>>} */
const opened = new Map();
/** Those of them that are read. @type {Map<string, Live>} */
const ready = new Map();

/** Somebody else is here now. */
export function forgetAll() {
  opened.clear();
  ready.clear();
}

/**
 * This phone does not hold the visit any more.
 * @param {string} id
 */
export function drop(id) {
  opened.delete(id);
  ready.delete(id);
}

/**
 * Without waiting, when it is in memory.
 * @param {string} id
 */
export function liveNow(id) {
  return ready.get(id);
}

/**
 * When it is in memory or on its way there; null when not, or when this phone holds it no more.
 * @param {string} id
 * @returns {Promise<Live | null>}
 */
export async function inMemory(id) {
  try {
    return (await opened.get(id)) ?? null;
  } catch (error) {
    if (isForgotten(error)) return null;
    throw error;
  }
}

/** @param {unknown} error */
function isForgotten(error) {
  return error instanceof Trouble && error.code === "no-visit";
}

/** @returns {string[]} */
export function openedIds() {
  return [...opened.keys()];
}

/**
 * @param {Database} db
 * @param {string} id
 * @returns {Promise<Live>}
 */
export function live(db, id) {
  const known = opened.get(id);
  if (known) return known;
  const loading = load(db, id);
  opened.set(id, loading);
  // A visit that could not be read is read again at the next try.
  loading.then(
    (whole) => opened.get(id) === loading && ready.set(id, whole),
    () => opened.delete(id),
  );
  return loading;
}

/**
 * Read it again, into the same object: the document changed, or another tab wrote, or forgot what was withdrawn.
 * @param {Database} db
 * @param {string} id
 */
export async function refresh(db, id) {
  const known = opened.get(id);
  if (!known) return;
  try {
    const [before, after] = await Promise.all([known, load(db, id)]);
    Object.assign(before.visit, after.visit);
    Object.assign(before, { ...after, visit: before.visit });
  } catch (error) {
    if (!isForgotten(error)) throw error;
    drop(id);
  }
}

/**
 * A visit that is not on screen: looked at once and not kept in memory.
 * @param {Database} db
 * @param {string} id
 * @returns {Promise<Visit>}
 */
export async function glance(db, id) {
  const whole = await (opened.get(id) ?? load(db, id));
  return whole.visit;
}

/**
 * @param {Database} db
 * @param {string} id
 * @returns {Promise<Live>}
 */
async function load(db, id) {
  const { row, ops, chain, confirmed, photos, drafts, receipts, checklists, wanted } = await wholeVisit(db, id);
  if (!row) throw new Trouble("no-visit", "Không tìm thấy cuộc kiểm tra này trên máy.", { id });
  const fold = new Fold();
  /** @type {Map<string, OpRow>} */
  const marks = new Map();
  for (const op of ops) {
    if (counts(op)) fold.apply(op);
    marks.set(op.id, op);
  }
  const held = checklists.filter((each) => each !== undefined);
  /** @type {Live} */
  const whole = {
    visit: {
      id,
      document: row.document,
      gone: row.gone,
      onDate: "",
      checklists: held,
      missingChecklists: wanted.filter((_, at) => checklists[at] === undefined),
      state: fold.state,
      values: {},
      progress: {},
      tally: { answered: 0, visible: 0, failing: 0, conflicts: 0 },
      unsent: { ops: 0, photos: 0, oldest: null },
      held: [],
      decisions: {},
      receipt: newest(receipts),
      drafts,
    },
    fold,
    chain,
    confirmed,
    marks,
    photos: new Map(photos.map((photo) => [photo.sha, photo])),
    items: new Map(held.flatMap(({ items }) => items.map((item) => [item.id, item]))),
  };
  recount(whole);
  recountWaiting(whole);
  return whole;
}

/**
 * What a person decided to leave out of the results stays here to be read, and is not folded.
 * @param {OpRow} row
 */
function counts({ decision }) {
  return decision?.result !== "annexed" && decision?.result !== "refused";
}

/**
 * @param {import("../store/work.js").ReceiptRow[]} receipts
 * @returns {import("../types.d.ts").Receipt | null}
 */
export function newest(receipts) {
  const last = receipts.sort((one, other) => one.body.received - other.body.received).at(-1);
  return last ? { n: last.body.n, received: last.body.received, verified: last.verified } : null;
}

/**
 * Values, progress and counters out of the state. Two hundred items take well under a millisecond.
 * @param {Live} whole
 */
export function recount({ visit, items }) {
  const state = visit.state;
  visit.onDate = dayOf(state);
  visit.values = valuesOf(state, items, visit.onDate);
  for (const each of visit.checklists) visit.progress[each.code] = progress(each, visit.values, visit.onDate);
  visit.tally = tallyOf(visit, visit.values, conflicts(state));
}

/**
 * What is unsent and what is held, out of the marks.
 * @param {Live} whole
 */
export function recountWaiting({ visit, marks, photos }) {
  visit.unsent = { ops: 0, photos: 0, oldest: null };
  visit.held = [];
  visit.decisions = {};
  for (const [id, mark] of marks) {
    if (mark.own && mark.answered === null) visit.unsent.ops += 1;
    if (mark.decision) visit.decisions[id] = { ...mark.decision, said: mark.op };
    else if (mark.answered === "held") {
      visit.held.push({
        id,
        code: mark.code ?? "held",
        message: mark.message ?? "Đang chờ lãnh đạo xem xét.",
        said: mark.op,
      });
    }
  }
  for (const photo of photos.values()) if (!photo.complete) visit.unsent.photos += 1;
}

/**
 * @param {Visit} visit
 * @param {Record<string, Answer>} values
 * @param {Set<string>} inConflict
 * @returns {VisitTally}
 */
export function tallyOf(visit, values, inConflict) {
  const tally = { answered: 0, visible: 0, failing: 0, conflicts: inConflict.size };
  for (const each of visit.checklists) {
    const { answered, visible, failing } = progress(each, values, visit.onDate);
    tally.answered += answered;
    tally.visible += visible;
    tally.failing += failing;
    // Two who do not agree count as failing until somebody decides.
    for (const item of each.items) {
      if (inConflict.has(item.id) && verdict(item, values[item.id], visit.onDate) !== "fail") tally.failing += 1;
    }
  }
  return tally;
}

/** @param {VisitState} state */
export function conflicts(state) {
  const found = Object.entries(state.answers).filter(([, answer]) => answer.state === "conflict");
  return new Set(found.map(([item]) => item));
}

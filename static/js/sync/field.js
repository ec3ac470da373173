// What the field screens may ask of the phone: visits, answers, photos, drafts, sending, export.

import { chainOf } from "../core/chain.js";
import { missingEvidence, verdict } from "../core/checklist.js";
import { asGps, distanceTo, warnings } from "../core/geo.js";
import { sha256Text } from "../core/hash.js";
import { least, opMark, photoMark } from "../core/states.js";
import { Trouble } from "../core/trouble.js";
import { position } from "../device/position.js";
import { rescuedFor } from "../store/emergency.js";
import { heldByVisit, onlyHere, unsent } from "../store/outbox.js";
import { signing } from "../store/signing.js";
import { visitRows } from "../store/visits.js";
import { Failed } from "./api.js";
import { settleDraft } from "./drafts.js";
import { current } from "./here.js";
import { sealed } from "./identity.js";
import { live } from "./live.js";
import { syncNow } from "./runner.js";
import { write as writeOperation } from "./writing.js";

export { STATE_WORDS } from "../core/states.js";
export { flushDrafts, saveDraft } from "./drafts.js";
export { addPhoto, beginCapture, clearCapture, pendingCapture, photoUrl } from "./pictures.js";
export { syncNow, syncState } from "./runner.js";

/**
 * @typedef {import("../types.d.ts").DeviceManifest} DeviceManifest
 * @typedef {import("../types.d.ts").Draft} Draft
 * @typedef {import("../types.d.ts").ExportFile} ExportFile
 * @typedef {import("../types.d.ts").Fix} Fix
 * @typedef {import("../types.d.ts").Held} Held
 * @typedef {import("../types.d.ts").ItemState} ItemState
 * @typedef {import("../types.d.ts").Op} Op
 * @typedef {import("../types.d.ts").PlaceWarning} PlaceWarning
 * @typedef {import("../types.d.ts").SyncMark} SyncMark
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").VisitSummary} VisitSummary
 * @typedef {import("./live.js").Live} Live
 */

/** Visits whose whole is in memory, to answer about items without waiting. @type {WeakMap<Visit, Live>} */
const known = new WeakMap();

/** @returns {Promise<VisitSummary[]>} by the beginning of their window */
export async function visits() {
  const { db } = current();
  const [rows, { byVisit }, held] = await Promise.all([visitRows(db), unsent(db), heldByVisit(db)]);
  return rows
    .map(({ id, document, gone, opened, submitted, tally }) => ({
      id,
      document,
      gone,
      opened,
      submitted,
      tally,
      unsent: byVisit.get(id) ?? { ops: 0, photos: 0, oldest: null },
      held: held.get(id) ?? 0,
    }))
    .sort((one, other) => (one.document.window[0] < other.document.window[0] ? -1 : 1));
}

/**
 * @param {string} id
 * @returns {Promise<Visit>} one object per visit, kept up to date in place
 */
export async function visit(id) {
  const whole = await live(current().db, id);
  known.set(whole.visit, whole);
  return whole.visit;
}

/**
 * @param {string} id the visit
 * @param {Draft} draft
 * @param {{ clears?: { item: string, field: string } }} [more]
 * @returns {Promise<{ op: Op, visit: Visit, items: string[] }>} durable
 */
export async function write(id, draft, { clears } = {}) {
  if (clears) await settleDraft({ insp: id, ...clears });
  const written = await writeOperation(id, draft, { clears });
  return /** @type {{ op: Op, visit: Visit, items: string[] }} */ (written);
}

/**
 * The visit begins: written once per person, with the versions of the checklists it stays on.
 * @param {string} id
 */
export async function begin(id) {
  const { person } = current();
  await writeOperation(id, async ({ visit: { state, document } }) => {
    if (state.opened.some(({ by }) => by === person.id)) return null;
    return {
      k: "open",
      checklists: document.checklists.map(({ code, version, sha256 }) => ({ code, version, sha: sha256 })),
    };
  });
}

/**
 * @param {string} id
 * @returns {Promise<{ fix: Fix, distance: number | null, warnings: PlaceWarning[] } | null>} null: no position to be had
 */
export async function markPosition(id) {
  const fix = await position();
  if (!fix) return null;
  const { document } = await visit(id);
  const distance = distanceTo(fix, document);
  await writeOperation(id, { k: "position", gps: asGps(fix), distance });
  return { fix, distance, warnings: warnings(fix, document) };
}

/**
 * The declaration that the visit is over, with how far every device came and every photo there is.
 * @param {string} id
 * @param {string} shown the hash of the record that was shown
 */
export async function submit(id, shown) {
  const written = await writeOperation(id, async (whole) => {
    const { state } = whole.visit;
    const photos = [...new Set(Object.values(state.photos).flatMap((list) => list.map(({ sha }) => sha)))].sort();
    const answers = Object.values(state.answers).filter(({ heads }) =>
      heads.some(({ value }) => value !== null),
    ).length;
    const manifest = { devices: await devicesOf(whole), photos, answers };
    const seal = await sealed(current().db, manifest);
    return { k: "submit", manifest, shown, ...(seal ? { seal } : {}) };
  });
  return { op: /** @type {{ op: Op }} */ (written).op };
}

/**
 * Our own device by its chain; another one when everything it wrote up to its last number is here.
 * @param {Live} whole
 * @returns {Promise<DeviceManifest[]>}
 */
async function devicesOf({ chain, visit: { id } }) {
  const { person, db } = current();
  /** @type {import("../store/work.js").OpRow[]} */
  const rows = await db.read(["ops"], (tx) => tx.objectStore("ops").index("visit").getAll(id));
  /** @type {Map<string, Op[]>} */
  const others = new Map();
  for (const { own, device, op } of rows) if (!own) others.set(device, [...(others.get(device) ?? []), op]);
  const devices = chain.n > 0 ? [{ device: person.device, n: chain.n, head: chain.head }] : [];
  for (const [device, ops] of others) {
    ops.sort((one, other) => one.n - other.n);
    if (device === person.device || ops.at(-1)?.n !== ops.length) continue;
    devices.push({ device, n: ops.length, head: chainOf(ops) });
  }
  return devices;
}

/** For `shown`. */
export const hashText = sha256Text;

/**
 * @param {Visit} of
 * @param {string} op its id
 * @returns {SyncMark}
 */
export function opState(of, op) {
  const { marks, confirmed } = wholeOf(of);
  const mark = marks.get(op);
  if (!mark) return "on-phone";
  return opMark({ own: mark.own, n: mark.n, answered: mark.answered !== null }, confirmed);
}

/**
 * @param {Visit} of
 * @param {string} sha
 * @returns {SyncMark}
 */
export function photoState(of, sha) {
  const photo = Object.values(of.state.photos)
    .flat()
    .find((each) => each.sha === sha);
  return photo ? photoMark(opState(of, photo.id), wholeOf(of).photos.get(sha) ?? null) : "on-phone";
}

/**
 * @param {Visit} of
 * @param {string} id the item; "" is the visit itself
 * @returns {ItemState}
 */
export function itemState(of, id) {
  const { items, marks, photos: files } = wholeOf(of);
  const { state, values, onDate } = of;
  const item = items.get(id);
  const answer = state.answers[id];
  const photos = state.photos[id] ?? [];
  const heads = [...(answer?.heads ?? []), ...(state.notes[id]?.heads ?? []), ...(state.findings[id]?.heads ?? [])];
  const sent = [
    ...heads.map((head) => opState(of, head.id)),
    ...photos.map((photo) => photoMark(opState(of, photo.id), files.get(photo.sha) ?? null)),
  ];
  const note = (state.notes[id]?.heads ?? []).map(({ text }) => text).join("\n");
  const held = [...heads, ...photos].find((head) => marks.get(head.id)?.answered === "held");
  return {
    sync: least(sent),
    conflict: answer?.state === "conflict",
    held: held ? (of.held.find((each) => each.id === held.id) ?? null) : null,
    photos: photos.length,
    note,
    missing: item ? missingEvidence(item, values[id], onDate, { note, photos: photos.length }) : [],
    verdict: item ? verdict(item, values[id], onDate) : "unanswered",
  };
}

/**
 * @param {Visit} of
 * @returns {Live}
 */
function wholeOf(of) {
  const whole = known.get(of);
  if (!whole) throw new Error("a visit that did not come from visit()");
  return whole;
}

/**
 * How an operation that was held stands; null: it never was, as far as this phone knows.
 * @param {Visit} of
 * @param {string} op its id
 * @returns {import("../types.d.ts").HeldState | null}
 */
export function heldState(of, op) {
  const decided = of.decisions[op];
  if (decided) return { state: decided.result, reason: decided.reason, byName: decided.by_name, at: decided.at };
  const held = of.held.find(({ id }) => id === op);
  return held ? { state: "waiting", code: held.code, message: held.message } : null;
}

/**
 * "Đối chiếu lại": the server is asked what it holds of this visit; what is missing goes again.
 * @param {string} id
 * @returns {Promise<{ ops: number, photos: number }>} how much was missing
 * @throws {Trouble} "no-network", or the server's refusal
 */
export async function reconcile(id) {
  const { db } = current();
  const { reconcile: ask } = await import("./holdings.js");
  try {
    const missing = await ask(db, id, true);
    await syncNow();
    return missing;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const { status, code, message } = error.answer;
    const words = status === 0 ? "Chưa kết nối được máy chủ để đối chiếu." : `Máy chủ chưa đối chiếu được. ${message}`;
    throw new Trouble(code || "server-trouble", `${words.trim()} Dữ liệu vẫn an toàn trên máy.`);
  }
}

/** @returns {Promise<import("../types.d.ts").AtRisk>} what would be lost if this phone vanished now */
export async function atRisk() {
  const { db, person } = current();
  const [{ answers, others, photos, oldest, byVisit }, rows] = await Promise.all([onlyHere(db), visitRows(db)]);
  const names = new Map(rows.map(({ id, document }) => [id, document.site.name]));
  const rescued = rescuedFor(person.id);
  return {
    answers: answers + rescued.filter(({ draft }) => draft.k === "answer").length,
    others: others + rescued.filter(({ draft }) => draft.k !== "answer").length,
    photos,
    oldest: [oldest, ...rescued.map(({ t }) => t)].reduce(
      (one, t) => (one === null || (t ?? one) < one ? t : one),
      null,
    ),
    visits: [...byVisit].map(([id, counts]) => ({ id, name: names.get(id) ?? "", ...counts })),
  };
}

/** @returns {Promise<import("../types.d.ts").SigningState>} */
export async function signingState() {
  const own = await signing(current().db);
  return {
    mode: own?.key ? "signed" : "unsigned",
    state: own?.state ?? null,
    key: own?.key ?? null,
    why: own?.why ?? "",
  };
}

/** The number of this phone, as the server names it when it says on which phone something is. */
export function thisDevice() {
  return current().person.device;
}

/** @returns {boolean} only the agency could open an export; false: this phone never learned the agency's key */
export function canLockExport() {
  return Boolean(current().person.agencyKey);
}

/** @returns {Promise<ExportFile>} everything unsent, in one file that only the agency can open */
export async function exportUnsent() {
  const { db, person } = current();
  const { exportUnsent: make } = await import("../store/export.js");
  const agency = person.agencyKey ? { id: person.agency.id, ...person.agencyKey } : null;
  return make(db, { user: person, device: person.device, now: Date.now(), rescued: rescuedFor(person.id), agency });
}

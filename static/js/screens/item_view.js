// What an item of the checklist shows: made from the visit, the answers still being written and the open fields.

import { missingEvidence, verdict } from "../core/checklist.js";
import { findingOf } from "../core/record_findings.js";
import { STATE_WORDS } from "../core/states.js";
import { itemState, photoState } from "../sync/field.js";
import { addDays, day, FINDING_KIND, MISSING, moment, position, REMEDY } from "../ui/words.js";
import { agreed, conflictOf } from "./decision.js";
import { earlierOf } from "./earlier.js";
import { askedAt, heldOfItem, heldOfPhoto } from "./held.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Answer} Answer
 */

/**
 * @typedef {object} Beside what the screen knows and the visit does not
 * @property {ReadonlyMap<string, Answer>} writing answers on their way to the disk
 * @property {ReadonlySet<string>} unfolded
 * @property {ReadonlySet<string>} saving items whose photo is being stored
 * @property {ReadonlySet<string>} third items where a third answer is being given
 * @property {ReadonlyMap<string, import("../ui/finding.js").Finding>} findings on their way to the disk
 * @property {string} me
 * @property {boolean} readOnly
 */

/** A folded or passing item searches nothing. @type {import("../ui/earlier.js").EarlierView} */
const NOTHING = { summary: "", groups: [], searched: "", ask: false };

/** @type {import("../ui/before.js").BeforeView} */
const NOTHING_OPEN = { rows: [], today: null };

/**
 * @param {Visit} visit
 * @param {Item} item
 * @param {Beside} beside
 * @returns {import("../ui/item.js").ItemView}
 */
export function itemView(visit, item, beside) {
  const written = beside.writing.has(item.id);
  const value = (written ? beside.writing.get(item.id) : visit.values[item.id]) ?? null;
  const said = verdict(item, value, visit.onDate);
  const state = itemState(visit, item.id);
  // Nothing is said of an answer that is on its way to the disk: "trên máy" is a promise.
  const mark = said === "unanswered" || written ? "" : (state.sync ?? "");
  const photos = photosOf(visit, item.id, beside.me);
  const rivals = !written && state.conflict ? conflictOf(visit, item, { ...beside, photos }) : null;
  const isOpen = said === "unanswered" || rivals !== null || beside.unfolded.has(item.id) || !!askedAt(visit, item.id);
  const finding = beside.findings.get(item.id) ?? findingOf(visit, item);
  const note = noteOf(visit, item.id, beside.me);
  const draft = draftsOf(visit, item.id);
  const allNotes = [note.text, draft?.note, ...note.others.map(({ text }) => text)].filter(Boolean).join(" ");
  const missing = missingEvidence(item, value, visit.onDate, { note: allNotes, photos: photos.length });
  const head = visit.state.answers[item.id]?.heads.at(-1);
  return {
    value,
    verdict: said,
    folded: !isOpen,
    readOnly: beside.readOnly,
    word: mark ? STATE_WORDS[/** @type {keyof typeof STATE_WORDS} */ (mark)] : "",
    mark,
    held: isOpen ? heldOfItem(visit, item) : [],
    rivals,
    agreed: written ? [] : agreed(visit, item.id),
    third: beside.third.has(item.id),
    missing: missing.length ? `Còn thiếu: ${missing.map((each) => MISSING[each]).join(", ")}.` : "",
    draft,
    before: isOpen ? beforeOf(visit, item.id) : NOTHING_OPEN,
    evidence: {
      failing: said === "fail",
      answered: said !== "unanswered" && !rivals?.deciders,
      readOnly: beside.readOnly,
      saving: beside.saving.has(item.id),
      note: { ...note, draft: draft?.note, readOnly: beside.readOnly },
      photos,
      finding: {
        finding,
        suggestion: suggestionOf(visit, item),
        draft: draft?.responsible,
        earlier: isOpen && said === "fail" ? earlierOf(visit, item, finding, beside.readOnly) : NOTHING,
        rivals: beside.findings.has(item.id) ? [] : findingRivals(visit, item),
        readOnly: beside.readOnly,
      },
      where: said !== "unanswered" && head?.gps ? position(head.gps) : "",
    },
  };
}

/**
 * @param {Visit} visit
 * @param {string} item
 * @param {string} me
 * @returns {(import("../ui/photos.js").PhotoView & import("./decision.js").Author)[]}
 */
export function photosOf(visit, item, me) {
  return (visit.state.photos[item] ?? []).map((photo) => {
    const state = photoState(visit, photo.sha);
    const held = heldOfPhoto(visit, photo.id);
    const shown = held ? { state: "held", word: "chờ xem xét" } : { state, word: STATE_WORDS[state] };
    return { ...photo, ...shown, held, mine: photo.by === me };
  });
}

/**
 * The open violations of an item with their last photo, and the newest of this visit to compare it with.
 * @param {Visit} visit
 * @param {string} item
 * @returns {import("../ui/before.js").BeforeView}
 */
export function beforeOf({ document, state }, item) {
  const rows = document.open_violations
    .filter((each) => each.item === item)
    .map(({ id, code, found_on, organisation, agency, deadline, remedy_status, photo }) => ({
      id,
      name: [code, organisation].filter(Boolean).join(", "),
      state: [
        `phát hiện ${day(found_on)}, ${agency}`,
        deadline ? `hạn ${day(deadline)}` : "chưa đặt hạn",
        REMEDY[remedy_status] ?? remedy_status,
      ].join(" · "),
      sha: photo?.sha ?? null,
      when: photo ? moment(photo.at) : "",
    }));
  const newest = rows.length > 0 ? state.photos[item]?.at(-1) : undefined;
  return { rows, today: newest ? { sha: newest.sha, when: moment(newest.t) } : null };
}

/**
 * @param {Visit} visit
 * @param {string} item
 * @param {string} me
 */
export function noteOf(visit, item, me) {
  const heads = (visit.state.notes[item]?.heads ?? []).filter(({ text }) => text !== "");
  return {
    text: heads.filter(({ by }) => by === me).at(-1)?.text ?? "",
    others: heads.filter(({ by }) => by !== me).map(({ id, byName, t, text }) => ({ id, byName, t, text })),
  };
}

/**
 * @param {Visit} visit
 * @param {string} item
 * @returns {Record<string, string> | undefined}
 */
export function draftsOf(visit, item) {
  const mine = visit.drafts.filter((each) => each.item === item);
  return mine.length ? Object.fromEntries(mine.map(({ field, text }) => [field, text])) : undefined;
}

/**
 * Two who concluded differently: both are read before one of them is replaced.
 * @param {Visit} visit
 * @param {Item} item
 */
function findingRivals({ state }, { id }) {
  const found = state.findings[id];
  if (found?.state !== "conflict") return [];
  return found.heads.map(
    ({ byName, kind, deadline }) => `${byName} ghi ${FINDING_KIND[kind]}, hạn ${deadline ? day(deadline) : "chưa đặt"}`,
  );
}

/**
 * @param {Visit} visit
 * @param {Item} item
 */
function suggestionOf({ onDate }, { remedy_days: days }) {
  if (days === 0) return `Phiếu đề nghị khắc phục ngay trong ngày ${day(onDate)}.`;
  return `Phiếu đề nghị ${days} ngày, đến ${day(addDays(onDate, days))}.`;
}

// Deciding between differing answers: who may, what stands side by side, and the question before it is done.

import { canonical } from "../core/canonical.js";
import { verdict } from "../core/checklist.js";
import { answerWords } from "../ui/answers.js";
import { ask } from "../ui/sheet.js";
import { moment } from "../ui/words.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Answer} Answer
 */

/** @typedef {{ by: string, device: string }} Author */

/**
 * @param {Visit} visit
 * @param {Item} item
 * @param {{ me: string, readOnly: boolean, photos: (import("../ui/photos.js").PhotoView & Author)[] }} beside
 * @returns {import("../ui/conflict.js").ConflictView}
 */
export function conflictOf(visit, item, { me, readOnly, photos }) {
  const heads = visit.state.answers[item.id]?.heads ?? [];
  const notes = visit.state.notes[item.id]?.heads ?? [];
  /** @type {Map<string, import("../ui/conflict.js").ConflictSide>} */
  const sides = new Map();
  for (const { id, value, by, byName, device, t, gps } of heads) {
    const side = sides.get(canonical(value)) ?? {
      value,
      words: answerWords(item, value),
      tone: verdict(item, value, visit.onDate),
      voices: [],
    };
    /** @param {Author} each */
    const theirs = (each) =>
      each.by === by && (each.device === device || heads.filter((it) => it.by === by).length < 2);
    side.voices.push({
      id,
      byName,
      t,
      gps,
      photos: photos.filter(theirs),
      notes: notes.filter(theirs).map(({ text }) => text),
    });
    sides.set(canonical(value), side);
  }
  return {
    sides: [...sides.values()],
    deciders: mayDecide(visit, item.id, me) ? "" : decidersOf(visit, item.id),
    measured: item.type === "number" || item.type === "count",
    readOnly,
  };
}

/**
 * The leader, or one of those who disagree.
 * @param {Visit} visit
 * @param {string} item
 * @param {string} me
 */
function mayDecide({ document, state }, item, me) {
  const isLeader = document.team.some(({ person, role }) => person === me && role === "leader");
  return isLeader || (state.answers[item]?.heads ?? []).some(({ by }) => by === me);
}

/**
 * @param {Visit} visit
 * @param {string} item
 */
function decidersOf({ document, state }, item) {
  const leaders = document.team.filter(({ role }) => role === "leader").map(({ name }) => `${name} (Trưởng đoàn)`);
  const authors = (state.answers[item]?.heads ?? []).map(({ byName }) => byName);
  const named = authors.filter((name) => !leaders.some((each) => each.startsWith(name)));
  return [...new Set([...leaders, ...named])].join(", ");
}

/**
 * A decision replaces what colleagues found: it is named and asked for before it is written.
 * @param {Visit} visit
 * @param {Item} item
 * @param {Answer} value
 */
export async function decides(visit, item, value) {
  const heads = visit.state.answers[item.id]?.heads ?? [];
  const words = answerWords(item, value);
  const others = heads.filter((head) => canonical(head.value) !== canonical(value));
  const replaced = others.map((head) => `“${answerWords(item, head.value)}” của ${head.byName} (${moment(head.t)})`);
  const title = value === null ? `Bỏ kết quả của ${item.id}?` : `${item.id}: quyết định “${words}”?`;
  const text = `Thay cho ${replaced.join(" và ")}. Kết quả bị thay vẫn lưu trong hồ sơ; bạn được ghi là người quyết định.`;
  const label = value === null ? "Bỏ kết quả" : `Quyết định “${words}”`;
  const chosen = await ask(title, text, [
    { id: "yes", label, kind: "primary" },
    { id: "no", label: "Để sau" },
  ]);
  return chosen === "yes";
}

/**
 * "2 người xác nhận": the same, found by several who did not know of each other.
 * @param {Visit} visit
 * @param {string} item
 * @returns {string[]} their names; empty when it was one
 */
export function agreed({ state }, item) {
  const answer = state.answers[item];
  if (answer?.state !== "agreed") return [];
  const names = new Map(answer.heads.map(({ by, byName }) => [by, byName]));
  return names.size > 1 ? [...names.values()] : [];
}

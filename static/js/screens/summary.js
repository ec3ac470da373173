// What a visit still lacks: what blocks sending, and what is advisable.

import { missingEvidence, verdict } from "../core/checklist.js";
import { noteOf } from "../core/record_findings.js";
import { MISSING } from "../ui/words.js";
import { askedItems, placeHash } from "./places.js";

/** @typedef {import("../types.d.ts").Visit} Visit */

/** @typedef {{ text: string, href?: string }} Point */

/** @param {Visit} visit */
function tellings(visit) {
  return askedItems(visit).map(({ place, item }) => ({
    place,
    item,
    value: visit.values[item.id],
    said: verdict(item, visit.values[item.id], visit.onDate),
    isConflict: visit.state.answers[item.id]?.state === "conflict",
  }));
}

/**
 * What must be done before sending, and what had better be.
 * @param {Visit} visit
 * @returns {{ blocks: Point[], advisable: Point[] }}
 */
export function judge(visit) {
  const told = tellings(visit);
  /** @type {Point[]} */
  const blocks = [];
  /** @type {Point[]} */
  const advisable = [];
  if (!told.some(({ said }) => said !== "unanswered"))
    blocks.push({ text: "Chưa có mục nào được trả lời.", href: `#/visit/${visit.id}` });
  for (const { place, item, value, said, isConflict } of told) {
    if (said !== "fail") continue;
    const lacking = missingEvidence(item, value, visit.onDate, {
      note: noteOf(visit, item.id),
      photos: (visit.state.photos[item.id] ?? []).length,
    });
    if (lacking.length)
      blocks.push({
        text: `${item.id} còn thiếu: ${lacking.map((each) => MISSING[each]).join(", ")}.`,
        href: placeHash(visit.id, place),
      });
    if (isConflict)
      advisable.push({ text: `${item.id}: hai kết quả khác nhau, cần quyết định.`, href: placeHash(visit.id, place) });
  }
  if (!isSignedByTeam(visit))
    blocks.push({ text: "Chưa có chữ ký của kiểm tra viên hoặc trưởng đoàn.", href: `#/visit/${visit.id}/sign` });
  const unanswered = told.filter(({ said }) => said === "unanswered");
  if (unanswered[0])
    advisable.push({ text: `${unanswered.length} mục chưa trả lời.`, href: placeHash(visit.id, unanswered[0].place) });
  if (!hasSubject(visit))
    advisable.push({
      text: "Chưa có chữ ký của đại diện đối tượng kiểm tra, cũng chưa ghi từ chối ký.",
      href: `#/visit/${visit.id}/sign`,
    });
  if (!(visit.state.opinion?.heads ?? []).some(({ text }) => text))
    advisable.push({ text: "Chưa ghi ý kiến của đối tượng kiểm tra." });
  if (visit.state.positions.length === 0)
    advisable.push({ text: "Chưa lấy vị trí tại địa điểm.", href: `#/visit/${visit.id}` });
  return { blocks, advisable };
}

/** @param {Visit} visit */
export function isSignedByTeam({ state }) {
  return ["inspector", "leader"].some((role) => (state.signatures[role]?.heads.length ?? 0) > 0);
}

/** @param {Visit} visit */
export function hasSubject({ state }) {
  return (state.signatures.subject?.heads.length ?? 0) > 0 || (state.refusal?.heads ?? []).length > 0;
}

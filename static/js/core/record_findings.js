// A finding as the inspection record writes it: what was seen, on what ground, what is asked for.

import { printed } from "./citations.js";
import { answerWords, dayWords, FINDING_KIND } from "./record_words.js";

/**
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("./record.js").Told} Told
 */

const DAY = 86_400_000;

/**
 * @param {Told} visit
 * @param {{ item: Item, value: unknown, isConflict: boolean }} told
 * @param {{ n: number, item: string }[]} photos
 * @returns {import("./record.js").RecordEntry}
 */
export function entryOf(visit, { item, value, isConflict }, photos) {
  const finding = findingOf(visit, item);
  const limit = item.limit_basis && item.limit_basis.confidence !== "memory" ? printed([item.limit_basis]) : "";
  const note = noteOf(visit, item.id);
  const numbers = photos.filter((each) => each.item === item.id).map(({ n }) => n);
  const responsible = partyOf(visit, finding);
  return {
    head: `${item.id}. ${item.ask}`,
    seen: [
      ...(item.type === "pass-fail"
        ? []
        : [`Ghi nhận: ${answerWords(item, value)}${limit && ` (ngưỡng theo ${limit})`}`]),
      ...(note ? [`Đã thấy: ${note}`] : []),
      ...(numbers.length ? [`Ảnh số: ${numbers.join(", ")}`] : []),
      ...(isConflict ? ["Các thành viên ghi kết quả khác nhau; chờ quyết định."] : []),
    ],
    basis: printed(item.basis ?? []),
    asked: [
      `${FINDING_KIND[finding.kind] ?? finding.kind}${responsible ? `; bên chịu trách nhiệm: ${responsible}` : ""}`,
      ...(finding.deadline ? [`Thời hạn đề nghị khắc phục: ${dayWords(finding.deadline)}`] : []),
      ...(finding.stop_demanded ? ["Đoàn đã yêu cầu chấm dứt ngay."] : []),
      ...(finding.stop_proposed ? ["Đoàn đề xuất người có thẩm quyền tạm dừng, đình chỉ."] : []),
      ...(visit.state.findings[item.id]?.state === "conflict"
        ? ["Các thành viên kết luận khác nhau; chờ quyết định."]
        : []),
    ],
  };
}

/**
 * The finding as it stands, or as the checklist proposes it.
 * @param {Pick<Told, "state" | "onDate">} visit
 * @param {Item} item
 */
export function findingOf({ state, onDate }, item) {
  const head = state.findings[item.id]?.heads.at(-1);
  if (head) {
    const { kind, responsible, responsible_text, deadline, stop_demanded, stop_proposed } = head;
    return { kind, responsible, responsible_text, deadline, stop_demanded, stop_proposed };
  }
  return {
    kind: /** @type {import("../types.d.ts").FindingKind} */ (item.penalties?.length ? "violation" : "shortcoming"),
    responsible: null,
    responsible_text: "",
    deadline: new Date(Date.parse(`${onDate}T00:00:00Z`) + item.remedy_days * DAY).toISOString().slice(0, 10),
    stop_demanded: false,
    stop_proposed: false,
  };
}

/**
 * @param {Told} visit
 * @param {{ responsible: string | null, responsible_text: string | null }} finding
 */
function partyOf({ document }, { responsible, responsible_text: typed }) {
  const known = [...document.parties, ...(document.organisation ? [document.organisation] : [])];
  return known.find(({ id }) => id === responsible)?.name ?? typed ?? "";
}

/**
 * @param {Told} visit
 * @param {string} item
 */
export function noteOf({ state }, item) {
  const texts = (state.notes[item]?.heads ?? []).map(({ text }) => text);
  return texts.filter(Boolean).join("; ");
}

// What a visit says: the summary the other side reads, what blocks sending, and what is advisable.

import { missingEvidence, verdict } from "../core/checklist.js";
import { printed } from "../core/citations.js";
import { answerWords } from "../ui/answers.js";
import { day, FINDING_KIND, MISSING, position, ROLE } from "../ui/words.js";
import { findingOf } from "./item_view.js";
import { askedItems, placeHash } from "./places.js";
import { placeOf, VISIT_KIND } from "./wording.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../ui/paper.js").Paper} Paper
 */

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
      note: noteText(visit, item.id),
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

/**
 * @param {Visit} visit
 * @param {string} item
 */
function noteText(visit, item) {
  return (visit.state.notes[item]?.heads ?? [])
    .map(({ text }) => text)
    .filter(Boolean)
    .join("; ");
}

/**
 * The minutes in short, word for word as the other side reads and signs them.
 * @param {Visit} visit
 * @returns {Paper}
 */
export function summarise(visit) {
  const { document } = visit;
  const told = tellings(visit);
  const failing = told.filter(({ said }) => said === "fail");
  const opinion = (visit.state.opinion?.heads ?? []).map(({ text }) => text).filter(Boolean);
  return {
    title: "Tóm tắt biên bản kiểm tra",
    parts: [
      { heading: "Cuộc kiểm tra", lines: opening(visit) },
      {
        heading: "Đoàn kiểm tra",
        lines: document.team.map(({ name, title, role }) => [name, title, ROLE[role]].filter(Boolean).join(", ")),
      },
      { heading: "Kết quả", lines: visit.checklists.map(({ code, title }) => resultOf(code, title, told)) },
      {
        heading: `Mục không đạt (${failing.length})`,
        lines: failing.length ? [] : ["Không phát hiện mục không đạt trong các mục đã kiểm tra."],
        entries: failing.map((each) => entryOf(visit, each)),
      },
      {
        heading: "Ý kiến của đối tượng kiểm tra",
        lines: opinion.length ? opinion.map((text) => `“${text}”`) : ["Chưa có ý kiến."],
      },
    ],
  };
}

/** @param {Visit} visit */
function opening({ document, onDate, state }) {
  const at = state.positions.at(-1);
  return [
    `${VISIT_KIND[document.kind] ?? "Kiểm tra"} số ${document.number}, ngày ${day(onDate)}`,
    `Địa điểm: ${document.site.name}, ${placeOf(document)}`,
    ...(document.organisation
      ? [
          `Đối tượng: ${document.organisation.name}${document.organisation.representative ? `, đại diện ${document.organisation.representative}` : ""}`,
        ]
      : []),
    ...(document.decision ? [`Căn cứ: Quyết định số ${document.decision.no} ngày ${day(document.decision.date)}`] : []),
    ...(at?.gps ? [`Vị trí ghi nhận: ${position(at.gps)}`] : []),
  ];
}

/**
 * @param {string} code
 * @param {string} title
 * @param {ReturnType<typeof tellings>} told
 */
function resultOf(code, title, told) {
  const here = told.filter(({ place }) => place.code === code);
  /** @param {string} said */
  const count = (said) => here.filter((each) => each.said === said).length;
  const parts = [
    `đạt ${count("pass")}`,
    `không đạt ${count("fail")}`,
    `không áp dụng ${count("na")}`,
    `chưa trả lời ${count("unanswered")}`,
  ];
  return `${code}, ${title}: ${parts.join(", ")}.`;
}

/**
 * @param {Visit} visit
 * @param {ReturnType<typeof tellings>[number]} told
 */
function entryOf(visit, { item, value, isConflict }) {
  const finding = findingOf(visit, item);
  const party = [...visit.document.parties, ...(visit.document.organisation ? [visit.document.organisation] : [])].find(
    ({ id }) => id === finding.responsible,
  );
  const responsible = party?.name ?? finding.responsible_text;
  const note = noteText(visit, item.id);
  const photos = (visit.state.photos[item.id] ?? []).length;
  const basis = printed(item.basis ?? []);
  const limit = item.limit_basis && item.limit_basis.confidence !== "memory" ? printed([item.limit_basis]) : "";
  const isWords = item.type === "pass-fail" || item.type === "choice";
  return {
    head: `${item.id}: ${item.ask}`,
    lines: [
      ...(isWords ? [] : [`Ghi nhận: ${answerWords(item, value)}${limit && ` (ngưỡng theo ${limit})`}`]),
      ...(note ? [`Đã thấy: ${note}`] : []),
      ...(photos ? [`Ảnh: ${photos}`] : []),
      ...(basis ? [`Căn cứ: ${basis}`] : []),
      [
        FINDING_KIND[finding.kind],
        responsible && `bên chịu trách nhiệm: ${responsible}`,
        finding.deadline && `thời hạn đề nghị: ${day(finding.deadline)}`,
      ]
        .filter(Boolean)
        .join("; "),
      ...(finding.stop_demanded ? ["Đoàn đã yêu cầu chấm dứt ngay."] : []),
      ...(finding.stop_proposed ? ["Đoàn đề xuất người có thẩm quyền tạm dừng, đình chỉ."] : []),
      ...(isConflict ? ["Các thành viên ghi kết quả khác nhau; chờ quyết định."] : []),
    ],
  };
}

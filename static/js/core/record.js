// The inspection record: what the other side reads on the phone, what a signature signs, and what the office prints.
// One content in the words and the order of the paper, made of the operations and of the visit as it was assigned. The
// server makes the same (inspect_app/domain/record.py); tests/vectors/record.json holds the two together. Whoever
// changes a word here changes what signatures sign: then EDITION goes up.

import { verdict, visibleItems } from "./checklist.js";
import { sha256Now } from "./hash.js";
import { entryOf, noteOf } from "./record_findings.js";
import {
  answerWords,
  clockWords,
  dayWords,
  figure,
  GROUND,
  momentWords,
  PARTY,
  placeWords,
  printable,
  ROLE,
  VISIT_KIND,
} from "./record_words.js";

/**
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {Pick<Visit, "document" | "checklists" | "state" | "values" | "onDate">} Told
 */

/**
 * @typedef {object} RecordEntry a finding: what was seen, on what ground, what is asked for
 * @property {string} head
 * @property {string[]} seen
 * @property {string} basis
 * @property {string[]} asked
 */

/**
 * @typedef {object} RecordPart
 * @property {string} heading
 * @property {string[]} lines
 * @property {RecordEntry[]} entries
 */

/** @typedef {{ title: string, parts: RecordPart[] }} InspectionRecord */

export const EDITION = 1;

/**
 * @param {Told} visit
 * @returns {InspectionRecord}
 */
export function recordOf(visit) {
  const told = tellings(visit);
  const photos = photosOf(visit);
  const failing = told.filter(({ said }) => said === "fail");
  return {
    title: "BIÊN BẢN KIỂM TRA",
    parts: [
      part("CĂN CỨ", grounds(visit.document)),
      part("THỜI GIAN, ĐỊA ĐIỂM", opening(visit)),
      part("I. THÀNH PHẦN ĐOÀN KIỂM TRA", team(visit.document)),
      part("II. ĐỐI TƯỢNG KIỂM TRA", subject(visit.document)),
      part("III. TỔ CHỨC, CÁ NHÂN LIÊN QUAN", related(visit.document)),
      part(
        "IV. NỘI DUNG KIỂM TRA",
        visit.checklists.flatMap((each) => contents(each, told)),
      ),
      part(
        "V. KẾT QUẢ KIỂM TRA, XÁC MINH",
        failing.length ? [] : ["Không phát hiện nội dung không đạt trong các nội dung đã kiểm tra."],
        failing.map((each) => entryOf(visit, each, photos)),
      ),
      part("SỐ LIỆU VÀ GHI NHẬN KHÁC", recorded(visit, told)),
      part("VI. ẢNH KÈM THEO", photos.map(photoWords)),
      part("VII. Ý KIẾN CỦA ĐỐI TƯỢNG KIỂM TRA VÀ NGƯỜI LIÊN QUAN", opinions(visit)),
    ],
  };
}

/**
 * Exactly what is on the screen, line by line: this is what is hashed and signed.
 * @param {InspectionRecord} record
 */
export function recordText({ title, parts }) {
  return `${[title, ...parts.map(partText)].join("\n\n")}\n`;
}

/**
 * Of each part a short hash, so that a later difference can be named.
 * @param {InspectionRecord} record
 */
export function partMarks({ parts }) {
  return parts.map((each) => sha256Now(new TextEncoder().encode(partText(each))).slice(0, 16));
}

/** @param {RecordPart} of */
function partText({ heading, lines, entries }) {
  return [heading, ...lines, ...entries.flatMap((entry, at) => [`${at + 1}. ${entry.head}`, ...linesOf(entry)])].join(
    "\n",
  );
}

/**
 * What stands under the head of a finding.
 * @param {RecordEntry} entry
 */
export function linesOf({ seen, basis, asked }) {
  return [...seen, ...(basis ? [`Căn cứ: ${basis}`] : []), ...asked];
}

/**
 * @param {string} heading
 * @param {string[]} lines
 * @param {RecordEntry[]} [entries]
 * @returns {RecordPart}
 */
function part(heading, lines, entries = []) {
  const given = lines.length || entries.length ? lines : ["Không có."];
  return {
    heading,
    lines: given.map(printable),
    entries: entries.map(({ head, seen, basis, asked }) => ({
      head: printable(head),
      seen: seen.map(printable),
      basis: printable(basis),
      asked: asked.map(printable),
    })),
  };
}

/** @param {Visit["document"]} document */
function grounds({ decision, ground, ground_note: note }) {
  const on = decision?.date ? ` ngày ${dayWords(decision.date)}` : "";
  return [
    "Căn cứ Luật An toàn, vệ sinh lao động;",
    ...(decision?.no ? [`Căn cứ Quyết định số ${decision.no}${on};`] : []),
    `Căn cứ để kiểm tra: ${GROUND[ground] ?? ground}${note ? ` (${note})` : ""}.`,
  ];
}

/** @param {Told} visit */
function opening({ document, state }) {
  const { site } = document;
  const commune = site.commune?.name ?? "";
  const zone = site.zone?.name ?? "";
  const where = [site.address, site.address.includes(commune) ? "" : commune, zone, "tỉnh Thái Nguyên"];
  const began = state.opened[0] ? `Bắt đầu lúc ${momentWords(state.opened[0].t)}, tại` : "Tại";
  const at = state.positions.at(-1);
  const kind = VISIT_KIND[document.kind] ?? document.kind;
  const planned = document.planned ? "theo kế hoạch" : "đột xuất";
  return [
    `${began} ${site.name}, ${where.filter(Boolean).join(", ")}.`,
    `Cuộc kiểm tra số ${document.number}, hình thức: ${kind}, ${planned}.`,
    ...(at?.gps ? [`Vị trí ghi nhận tại chỗ: ${placeWords(at.gps)}.`] : []),
  ];
}

/** @param {Visit["document"]} document */
function team(document) {
  return document.team.map(({ name, title, agency, role, is_secretary: writes }) => {
    const who = [name, title, agency].filter(Boolean).join(", ");
    return `${who}: ${ROLE[role] ?? role}${writes ? ", Thư ký" : ""};`;
  });
}

/** @param {Visit["document"]} document */
function subject({ organisation: unit, site }) {
  if (!unit) return [];
  return [
    `Tên: ${unit.name}${unit.household ? " (hộ kinh doanh)" : ""};`,
    `Mã số thuế: ${unit.tax_code || "chưa có"};`,
    ...(unit.address ? [`Địa chỉ: ${unit.address};`] : []),
    `Người đại diện: ${unit.representative || "chưa ghi"};`,
    ...(site.workers ? [`Số lao động tại nơi kiểm tra: ${figure(site.workers)}.`] : []),
  ];
}

/** @param {Visit["document"]} document */
function related({ parties, site }) {
  return [
    ...parties.map(({ name, role }) => `${PARTY[role] ?? role}: ${name};`),
    ...site.contacts.map(({ name, role }) => `${[name, role].filter(Boolean).join(", ")};`),
  ];
}

/** @param {Told} visit every item that is asked, in the order of the paper, with what is said of it */
function tellings({ checklists, values, onDate, state }) {
  return checklists.flatMap((checklist) => {
    const order = new Map(checklist.sections.map(({ id }, at) => [id, at]));
    return visibleItems(checklist, values, onDate)
      .map((item) => ({
        code: checklist.code,
        item,
        value: values[item.id],
        said: verdict(item, values[item.id], onDate),
        isConflict: state.answers[item.id]?.state === "conflict",
      }))
      .sort((one, other) => (order.get(one.item.section) ?? 0) - (order.get(other.item.section) ?? 0));
  });
}

/** @type {[import("../types.d.ts").Verdict, string][]} */
const SAID = [
  ["pass", "đạt"],
  ["fail", "không đạt"],
  ["na", "không áp dụng"],
  ["answered", "ghi nhận"],
  ["unanswered", "chưa kiểm tra"],
];

/**
 * A checklist with its version, how it came out, and which items: nobody can exchange one for another afterwards.
 * @param {Visit["checklists"][number]} checklist
 * @param {ReturnType<typeof tellings>} told
 */
function contents({ code, version, title }, told) {
  const here = told.filter((each) => each.code === code);
  const groups = SAID.map(([said, words]) => ({
    words,
    ids: here.filter((each) => each.said === said).map(({ item }) => item.id),
  }));
  const differing = here.filter(({ isConflict }) => isConflict).map(({ item }) => item.id);
  const counts = groups.map(({ words, ids }) => `${words} ${ids.length}`).join(", ");
  return [
    `${title} (phiếu ${code}, phiên bản ${version}): ${here.length} nội dung; ${counts}.`,
    ...groups
      .filter(({ ids }) => ids.length)
      .map(({ words, ids }) => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}: ${ids.join(", ")}.`),
    ...(differing.length ? [`Hai kết quả khác nhau, chờ quyết định: ${differing.join(", ")}.`] : []),
  ];
}

/**
 * What was measured and counted without failing, and what was noted about the visit as a whole.
 * @param {Told} visit
 * @param {ReturnType<typeof tellings>} told
 */
function recorded(visit, told) {
  const isFigure = (/** @type {Item} */ { type }) => type === "number" || type === "count";
  const figures = told.filter(({ item, said }) => isFigure(item) && (said === "pass" || said === "answered"));
  const note = noteOf(visit, "");
  return [
    ...figures.map(({ item, value }) => `${item.id}. ${item.ask} ${answerWords(item, value)}.`),
    ...(note ? [note] : []),
  ];
}

/** @typedef {import("../types.d.ts").PhotoHead & { n: number }} Numbered */

/**
 * Numbered in the order of the paper: those of the visit as a whole, then item by item; each file of an item once.
 * @param {Told} visit
 * @returns {Numbered[]}
 */
function photosOf({ checklists, state }) {
  const inOrder = checklists.flatMap(({ sections, items }) =>
    sections.flatMap(({ id }) => items.filter(({ section }) => section === id).map((item) => item.id)),
  );
  const places = new Set(["", ...inOrder, ...Object.keys(state.photos).sort()]);
  const seen = new Set();
  return [...places]
    .flatMap((item) => state.photos[item] ?? [])
    .filter(({ sha, item }) => !seen.has(`${sha} ${item}`) && seen.add(`${sha} ${item}`))
    .map((photo, at) => ({ ...photo, n: at + 1 }));
}

/** @param {Numbered} photo */
function photoWords({ n, item, t, gps, src, sha }) {
  const where = gps ? placeWords(gps) : "không có vị trí";
  const source = src === "picker" ? "chọn từ thư viện ảnh" : "chụp trong ứng dụng";
  return `Ảnh ${n} (${item || "chung"}): ${clockWords(t)}; ${where}; ${source}; mã băm ${sha}.`;
}

/** @param {Told} visit */
function opinions({ state }) {
  const texts = (state.opinion?.heads ?? []).map(({ text }) => text).filter(Boolean);
  return texts.length ? texts.map((text) => `“${text}”`) : ["Không có ý kiến."];
}

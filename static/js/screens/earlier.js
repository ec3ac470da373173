// Looks up, without network, what was found before of a failing item, and says it in words.

import { searchEarlier } from "../core/repeats.js";
import { day, moment, number, REMEDY } from "../ui/words.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").EarlierFinding} EarlierFinding
 * @typedef {import("../types.d.ts").Searched} Searched
 */

/** Three different words of the law; only a competent person may say the last two without "có thể". */
const GROUPS = /** @type {const} */ ([
  [
    "repeats",
    "Tồn tại lặp lại",
    "Cùng mục này đã không đạt, ở đây hoặc ở nơi khác của đơn vị. Đây không phải “tái phạm”.",
  ],
  [
    "recidivism",
    "Có thể là tái phạm",
    "Đã bị xử phạt về cùng hành vi và chưa hết thời hạn được coi là chưa bị xử phạt. Người có thẩm quyền kết luận.",
  ],
  [
    "multiple",
    "Có thể là vi phạm nhiều lần",
    "Cùng hành vi đã bị phát hiện, chưa bị xử phạt và còn thời hiệu. Người có thẩm quyền kết luận.",
  ],
]);

/**
 * @param {Visit} visit
 * @param {Item} item
 * @param {{ responsible: string | null }} finding
 */
function search({ document, onDate }, item, { responsible }) {
  if (!document.repeats) return null;
  return searchEarlier(document.repeats, {
    item: item.id,
    rules: (item.penalties ?? []).map(({ code }) => code),
    organisation: responsible ?? document.organisation?.id ?? null,
    today: onDate,
  });
}

/**
 * For the finding that is about to be written.
 * @param {Visit} visit
 * @param {Item} item
 * @param {{ responsible: string | null }} finding
 * @returns {{ searched?: Searched }} empty where this phone has nothing to search in
 */
export function searched(visit, item, finding) {
  const found = search(visit, item, finding);
  const { repeats } = visit.document;
  return found && repeats ? { searched: { at: Date.now(), matches: found.matches, source_seq: repeats.seq } } : {};
}

/**
 * @param {Visit} visit
 * @param {Item} item
 * @param {{ responsible: string | null }} finding
 * @param {boolean} readOnly
 * @returns {import("../ui/earlier.js").EarlierView}
 */
export function earlierOf(visit, item, finding, readOnly) {
  const found = search(visit, item, finding);
  const { repeats } = visit.document;
  const kept = (visit.state.findings[item.id]?.heads ?? []).findLast((head) => head.searched)?.searched;
  const said = kept ? `Đã ghi việc tra cứu lúc ${moment(kept.at)}: ${countOf(kept.matches)}.` : "";
  if (!found || !repeats) {
    const summary = "Máy chưa có dữ liệu các lần trước; máy chủ sẽ đối chiếu khi nhận.";
    return { summary, groups: [], searched: said, ask: false };
  }
  const groups = GROUPS.map(([key, title, meaning]) => ({ title, meaning, rows: found[key].map(rowOf) }));
  return {
    summary: summaryOf(repeats, found.matches),
    groups: groups.filter(({ rows }) => rows.length > 0),
    searched: said,
    ask: !readOnly && found.matches > 0 && !kept,
  };
}

/**
 * @param {import("../types.d.ts").Repeats} repeats
 * @param {number} matches
 */
function summaryOf({ seq, more, found }, matches) {
  const left = more > 0 ? `; còn ${number(more)} lần cũ hơn chỉ có ở máy chủ` : "";
  const where = `trong ${number(found.length)} tồn tại, vi phạm trước mang theo máy (dữ liệu lúc ${moment(seq)}${left})`;
  return matches ? `Tìm thấy ${countOf(matches)} ${where}.` : `Không thấy lần trước nào ${where}.`;
}

/** @param {number} matches */
function countOf(matches) {
  return matches ? `${number(matches)} lần trước` : "không có lần trước";
}

/** @param {EarlierFinding} found */
function rowOf({ found_on, agency, site, here, organisation_name, state, decision, pending_until, code }) {
  return {
    head: `${day(found_on)}, ${agency}${here ? ", tại đây" : `, ${site}`}`,
    state: [REMEDY[state] ?? state, organisation_name, code].filter(Boolean).join(" · "),
    last: lastOf(decision, pending_until),
  };
}

/**
 * @param {EarlierFinding["decision"]} decision
 * @param {string | null} pending
 */
function lastOf(decision, pending) {
  if (decision) {
    const { no, date, until } = decision;
    return `Quyết định xử phạt ${no} ngày ${day(date)}; được coi là chưa bị xử phạt từ ${day(until)}.`;
  }
  return pending ? `Chưa xử phạt; còn thời hiệu đến hết ngày ${day(pending)}.` : "";
}

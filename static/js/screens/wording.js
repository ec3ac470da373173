// Words that need the data of a visit: its state, its site, its people.

import { daysBetween } from "../ui/words.js";

export { GROUND, VISIT_KIND } from "../core/record_words.js";

/**
 * @typedef {import("../types.d.ts").VisitDocument} VisitDocument
 * @typedef {import("../types.d.ts").VisitSummary} VisitSummary
 */

/** @type {Record<string, string>} */
export const SITE_KIND = {
  establishment: "Cơ sở sản xuất, kinh doanh",
  works: "Công trình xây dựng",
  "service-provider": "Tổ chức dịch vụ ATVSLĐ",
  commune: "Xã, phường",
};

/** @param {VisitDocument} document */
export function placeOf({ site }) {
  const commune = site.commune?.name ?? "";
  return [site.address, site.address.includes(commune) ? "" : commune, site.zone?.name].filter(Boolean).join(", ");
}

/**
 * @param {VisitDocument} document
 * @param {string} today
 */
export function openOf({ open_violations }, today) {
  const overdue = open_violations.filter(({ deadline }) => deadline !== null && daysBetween(today, deadline) < 0);
  return { count: open_violations.length, overdue: overdue.length };
}

/**
 * @param {VisitSummary} visit
 * @param {string} today
 * @returns {{ word: string, tone: "plain" | "wait" | "bad" | "good" }}
 */
export function stateOf(visit, today) {
  const { document, tally } = visit;
  if (document.state === "cancelled") return { word: "Đã hủy", tone: "wait" };
  if (document.state === "approved") return { word: "Đã duyệt", tone: "good" };
  if (document.revoked) return { word: "Đã thu hồi phân công, chỉ xem", tone: "wait" };
  if (visit.gone)
    return { word: visit.submitted ? "Đã kết thúc, chỉ xem" : "Đã thu hồi phân công, chỉ xem", tone: "wait" };
  if (document.state === "returned") return { word: "Trả lại để bổ sung", tone: "bad" };
  if (visit.submitted) return { word: "Đã gửi", tone: "good" };
  if (visit.opened) return { word: `Đang kiểm tra ${tally.answered}/${tally.visible}`, tone: "plain" };
  if (daysBetween(today, document.window[1]) < 0) return { word: "Quá ngày kiểm tra", tone: "bad" };
  return { word: "Chưa bắt đầu", tone: "plain" };
}

/**
 * Only these may still be written to.
 * @param {{ gone: boolean, document: VisitDocument }} visit
 */
export function isReadOnly({ gone, document }) {
  return gone || document.revoked || document.state === "approved" || document.state === "cancelled";
}

// "Căn cứ" on demand: the provisions an item rests on, what they say, how sure the citation is; and the advice.

import { h, show } from "./element.js";
import { icon } from "./icons.js";
import { day } from "./words.js";

/** @typedef {import("../types.d.ts").ChecklistItem} Item */

/** Why a citation has to be checked; one that was compared with the law itself needs no word. @type {Record<string, string>} */
const UNSURE = {
  secondary: "Cần kiểm tra: lấy theo nguồn thứ cấp, chưa đối chiếu với văn bản gốc.",
  "title-only": "Cần kiểm tra: điều, khoản chưa được đối chiếu với văn bản gốc.",
  memory: "Cần kiểm tra: chưa đối chiếu với văn bản nào.",
};

/**
 * The button that names the first provision and opens all of them, with the advice; nothing for an item without both.
 * @param {Item} item
 * @param {string} onDate the day of the visit: the law of that day counts
 * @returns {HTMLElement | null}
 */
export function law(item, onDate) {
  const basis = [...(item.basis ?? []), ...(item.limit_basis ? [item.limit_basis] : [])];
  const first = basis[0];
  if (!first && !item.advice) return null;
  const unsure = basis.some(({ confidence }) => UNSURE[confidence]);
  const outdated = basis.some((each) => !isInForce(each, onDate));
  const short = [first?.label, first?.at].filter(Boolean).join(", ");
  const name = [first && "Căn cứ", item.advice && "hướng dẫn"].filter(Boolean).join(", ");
  const button = h(
    "button",
    { type: "button", class: "law-button", "aria-expanded": "false" },
    icon("law"),
    h("span", {}, h("b", {}, first ? name : "Hướng dẫn"), ` ${short}`, basis.length > 1 && ` +${basis.length - 1}`),
    unsure && h("span", { class: "tag", "data-tone": "wait" }, icon("warn"), "cần kiểm tra"),
    !unsure && first && h("span", { class: "sure" }, icon("check"), "đã kiểm tra"),
    outdated && h("span", { class: "tag", "data-tone": "bad" }, icon("warn"), "không có hiệu lực ngày kiểm tra"),
  );
  const panel = h("div", { class: "law-panel", hidden: true });
  button.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    if (!panel.firstChild)
      panel.append(...advice(item), ...basis.map((each) => provision(each, onDate)), ...penalties(item));
    button.setAttribute("aria-expanded", String(!isOpen));
    show(panel, !isOpen);
  });
  return h("div", { class: "law" }, button, panel);
}

/**
 * What is not known to have ended or not to have begun counts as in force.
 * @param {import("../types.d.ts").Basis} basis
 * @param {string} onDate
 */
function isInForce({ from, until }, onDate) {
  return (!from || from <= onDate) && (!until || onDate < until);
}

/**
 * @param {import("../types.d.ts").Basis} basis
 * @param {string} onDate
 */
function force(basis, onDate) {
  if (isInForce(basis, onDate)) {
    const span = [basis.from && `từ ${day(basis.from)}`, basis.until && `đến trước ${day(basis.until)}`].filter(
      Boolean,
    );
    return span.length ? h("p", { class: "small" }, `Có hiệu lực ngày kiểm tra (${span.join(", ")}).`) : null;
  }
  const why =
    basis.from && onDate < basis.from
      ? `chỉ có hiệu lực từ ${day(basis.from)}`
      : `hết hiệu lực từ ${day(basis.until ?? null)}`;
  return h("p", { class: "outdated" }, icon("warn"), `Không có hiệu lực ngày kiểm tra ${day(onDate)}: ${why}.`);
}

/**
 * @param {import("../types.d.ts").Basis} basis
 * @param {string} onDate
 */
function provision(basis, onDate) {
  return h(
    "section",
    { class: "provision", "data-sure": String(!UNSURE[basis.confidence]) },
    h("p", {}, h("b", {}, [basis.at, basis.label].filter(Boolean).join(", "))),
    h("p", { class: "small" }, basis.title),
    basis.gist && h("p", {}, basis.gist),
    basis.note && h("p", { class: "small" }, basis.note),
    force(basis, onDate),
    UNSURE[basis.confidence]
      ? h("p", { class: "unsure" }, icon("warn"), UNSURE[basis.confidence])
      : h("p", { class: "sure" }, icon("check"), "Đã đối chiếu với văn bản."),
  );
}

/** @param {Item} item */
function penalties(item) {
  return (item.penalties ?? []).map((each) =>
    h(
      "section",
      { class: "provision" },
      h("p", {}, h("b", {}, `Chế tài: ${each.clause}, ${each.decree}`)),
      h("p", {}, each.conduct),
    ),
  );
}

/** @param {Item} item */
function advice(item) {
  return item.advice
    ? [h("section", { class: "provision" }, h("p", {}, h("b", {}, "Hướng dẫn")), h("p", {}, item.advice))]
    : [];
}

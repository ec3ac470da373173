// "Căn cứ" on demand: the provisions an item rests on, what they say, how sure the citation is; and the advice.

import { h, show } from "./element.js";
import { icon } from "./icons.js";

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
 * @returns {HTMLElement | null}
 */
export function law(item) {
  const basis = [...(item.basis ?? []), ...(item.limit_basis ? [item.limit_basis] : [])];
  const first = basis[0];
  if (!first && !item.advice) return null;
  const unsure = basis.some(({ confidence }) => UNSURE[confidence]);
  const short = [first?.label, first?.at].filter(Boolean).join(", ");
  const name = [first && "Căn cứ", item.advice && "hướng dẫn"].filter(Boolean).join(", ");
  const button = h(
    "button",
    { type: "button", class: "law-button", "aria-expanded": "false" },
    icon("law"),
    h("span", {}, h("b", {}, first ? name : "Hướng dẫn"), ` ${short}`, basis.length > 1 && ` +${basis.length - 1}`),
    unsure && h("span", { class: "tag", "data-tone": "wait" }, "cần kiểm tra"),
  );
  const panel = h("div", { class: "law-panel", hidden: true });
  button.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    if (!panel.firstChild) panel.append(...advice(item), ...basis.map(provision), ...penalties(item));
    button.setAttribute("aria-expanded", String(!isOpen));
    show(panel, !isOpen);
  });
  return h("div", { class: "law" }, button, panel);
}

/** @param {import("../types.d.ts").Basis} basis */
function provision(basis) {
  return h(
    "section",
    { class: "provision" },
    h("p", {}, h("b", {}, [basis.at, basis.label].filter(Boolean).join(", "))),
    h("p", { class: "small" }, basis.title),
    basis.gist && h("p", {}, basis.gist),
    basis.note && h("p", { class: "small" }, basis.note),
    UNSURE[basis.confidence] && h("p", { class: "unsure" }, icon("warn"), UNSURE[basis.confidence]),
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

// The drawer of a checklist: its sections with what is left in each, the way to what fails, and the search.

import { fill, freshId, h, show, tell } from "./element.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} ContentsSection
 * @property {string} id
 * @property {string} title
 * @property {number} unanswered
 * @property {number} failing
 * @property {number} visible
 */

/**
 * @typedef {object} ContentsView
 * @property {{ code: string, title: string, sections: ContentsSection[] }[]} checklists
 * @property {{ code: string, section: string }} here
 */

/** @typedef {{ code: string, section: string, id: string, ask: string, said: string }} Found */

/**
 * Tells "go" {code, section, item?} and "first-failing".
 * @param {ContentsView} view
 * @param {(query: string) => Found[]} search
 */
export function contents(view, search) {
  const id = freshId();
  const query = h("input", { id, type: "search", autocomplete: "off", placeholder: "lan can, giàn giáo, XDK-04" });
  const found = h("ul", { class: "found", role: "list" });
  const status = h("p", { class: "hint", role: "status" });
  const failing = view.checklists.flatMap((each) => each.sections).reduce((sum, each) => sum + each.failing, 0);
  const lists = h(
    "div",
    {},
    h(
      "button",
      { type: "button", disabled: failing === 0, onclick: () => tell(element, "first-failing") },
      icon("cross"),
      failing ? `Đến mục không đạt đầu tiên (${failing})` : "Chưa có mục không đạt",
    ),
    view.checklists.map((checklist) =>
      h(
        "section",
        {},
        h("h3", { class: "contents-title" }, h("b", {}, checklist.code), ` ${checklist.title}`),
        h(
          "ul",
          { class: "contents-list", role: "list" },
          checklist.sections.filter((each) => each.visible > 0).map((each) => row(checklist.code, each)),
        ),
      ),
    ),
  );
  const element = h(
    "div",
    { class: "contents" },
    h("div", { class: "field" }, h("label", { for: id }, "Tìm trong phiếu"), query),
    status,
    found,
    lists,
  );
  query.addEventListener("input", () => {
    const asked = query.value.trim();
    const hits = asked.length < 2 ? [] : search(asked);
    fill(found, hits.map(hit));
    status.textContent =
      asked.length < 2 ? "" : hits.length ? `${hits.length} mục` : `Không có mục nào chứa “${asked}”.`;
    show(lists, asked.length < 2);
  });

  /**
   * @param {string} code
   * @param {ContentsSection} section
   */
  function row(code, section) {
    const isHere = view.here.code === code && view.here.section === section.id;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "contents-row",
          "aria-current": isHere ? "true" : null,
          onclick: () => tell(element, "go", { code, section: section.id }),
        },
        h("span", { class: "contents-name" }, section.title),
        h(
          "span",
          { class: "contents-counts" },
          h("span", {}, section.unanswered ? `${section.unanswered} chưa trả lời` : "đủ"),
          section.failing > 0 && h("span", { class: "count-fail" }, `${section.failing} không đạt`),
        ),
      ),
    );
  }

  /** @param {Found} each */
  function hit(each) {
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "contents-row",
          onclick: () => tell(element, "go", { code: each.code, section: each.section, item: each.id }),
        },
        h("span", { class: "contents-name" }, h("b", {}, each.id), ` ${each.ask}`),
        h("span", { class: "contents-counts" }, each.said),
      ),
    );
  }

  return element;
}

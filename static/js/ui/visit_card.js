// One visit on "Việc của tôi": where, how far, until when, with which checklists, and what is still open there.

import { h } from "./element.js";
import { icon } from "./icons.js";
import { day, distance, number } from "./words.js";

/**
 * @typedef {object} VisitCardView
 * @property {string} href
 * @property {string} site
 * @property {string} address
 * @property {number | null} metres
 * @property {[string, string]} window
 * @property {string[]} checklists
 * @property {{ count: number, overdue: number }} open
 * @property {{ word: string, tone: "plain" | "wait" | "bad" | "good" }} state
 * @property {number} unsent
 * @property {number} held
 */

/** @param {VisitCardView} view */
export function visitCard(view) {
  const [from, to] = view.window;
  const when = from === to ? day(from) : `${day(from).slice(0, 5)} – ${day(to)}`;
  return h(
    "a",
    { class: "card", href: view.href },
    h("h3", { class: "card-title" }, view.site),
    h("p", { class: "card-address" }, view.address),
    h(
      "p",
      { class: "card-facts" },
      h("span", {}, icon("clock"), when),
      view.metres !== null && h("span", {}, icon("pin"), `cách ${distance(view.metres)}`),
      h("span", {}, icon("list"), view.checklists.join(", ")),
    ),
    view.open.count > 0 &&
      h(
        "p",
        { class: "card-open" },
        `${number(view.open.count)} vi phạm đang mở`,
        view.open.overdue > 0 &&
          h("span", { class: "tag", "data-tone": "bad" }, icon("warn"), `${view.open.overdue} quá hạn`),
      ),
    h(
      "p",
      { class: "card-state" },
      h("span", { class: "tag", "data-tone": view.state.tone }, view.state.word),
      view.unsent > 0 && h("span", { class: "small" }, `trên máy ${view.unsent}`),
      view.held > 0 &&
        h("span", { class: "tag", "data-tone": "wait" }, icon("held"), `${view.held} mục chờ người giám sát`),
    ),
  );
}

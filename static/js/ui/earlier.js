// What was found before of a failing item: three different things, each under its own word, before the finding is written.

import { fill, h, say, show, tell } from "./element.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} EarlierRow
 * @property {string} head day, agency, site
 * @property {string} state
 * @property {string} last the last action: decision, or still to be sanctioned
 */

/**
 * @typedef {object} EarlierView
 * @property {string} summary what was searched, and that nothing was found; or why it could not be
 * @property {{ title: string, meaning: string, rows: EarlierRow[] }[]} groups only those with rows
 * @property {string} searched what the finding says about the search; empty before
 * @property {boolean} ask offer to write the search into the finding as it stands
 */

const FEW = 3;

/** Tells "keep-search". */
export function earlier() {
  const summary = h("p", { class: "small" });
  const groups = h("div", { class: "stack" });
  const searched = h("p", { class: "small earlier-searched" }, icon("check"));
  const words = h("span", {});
  searched.append(words);
  const keep = h(
    "button",
    { type: "button", class: "wide", onclick: () => tell(element, "keep-search") },
    "Đã xem, ghi việc tra cứu vào kết luận",
  );
  const element = h("section", { class: "earlier" }, summary, groups, searched, keep);
  let drawn = "";

  /** @param {EarlierView} view */
  function update(view) {
    say(summary, view.summary);
    show(summary, view.summary !== "");
    const key = JSON.stringify(view.groups);
    if (key !== drawn) fill(groups, view.groups.map(group));
    drawn = key;
    show(groups, view.groups.length > 0);
    say(words, view.searched);
    show(searched, view.searched !== "");
    show(keep, view.ask);
  }

  return { element, update };
}

/** @param {EarlierView["groups"][number]} view */
function group({ title, meaning, rows }) {
  const rest = h("div", { class: "stack", hidden: true }, rows.slice(FEW).map(row));
  const more = h(
    "button",
    { type: "button", class: "quiet", "aria-expanded": "false" },
    icon("down"),
    `Xem ${rows.length - FEW} lần nữa`,
  );
  more.addEventListener("click", () => {
    show(rest, true);
    more.remove();
  });
  return h(
    "div",
    { class: "earlier-group" },
    h("h4", {}, icon("warn"), `${title} (${rows.length})`),
    h("p", { class: "small" }, meaning),
    rows.slice(0, FEW).map(row),
    rows.length > FEW && [rest, more],
  );
}

/** @param {EarlierRow} view */
function row({ head, state, last }) {
  return h(
    "div",
    { class: "earlier-row" },
    h("p", {}, head),
    h("p", { class: "small" }, state),
    last && h("p", { class: "small" }, last),
  );
}

// What the supervisor has, or has decided, about something that was held: in plain words, in place.

import { fill, h, show } from "./element.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} HeldLine
 * @property {"wait" | "good" | "bad" | "plain"} tone
 * @property {string} title what, and how it stands
 * @property {string[]} lines why; who and when
 * @property {string} [href] where it is
 */

/** @type {Record<HeldLine["tone"], import("./icons.js").IconName>} */
const SHAPES = { wait: "held", good: "check", bad: "cross", plain: "note" };

export function heldLines() {
  const element = h("ul", { class: "held-lines", role: "list", hidden: true });
  let drawn = "";

  /** @param {readonly HeldLine[]} lines */
  function update(lines) {
    show(element, lines.length > 0);
    const key = lines.length ? JSON.stringify(lines) : "";
    if (key === drawn) return;
    drawn = key;
    fill(element, lines.map(row));
  }

  return { element, update };
}

/** @param {HeldLine} line */
function row({ tone, title, lines, href }) {
  return h(
    "li",
    { class: "held-line", "data-tone": tone },
    icon(SHAPES[tone]),
    h(
      "div",
      {},
      h("p", {}, h("b", {}, title)),
      lines.map((each) => h("p", { class: "small" }, each)),
    ),
    href && h("a", { class: "button", href }, "Xem mục"),
  );
}

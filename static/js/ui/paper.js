// The inspection record as the other side reads it: the very words that are hashed, in the order of the paper.

import { linesOf } from "../core/record.js";
import { h } from "./element.js";

/**
 * @param {import("../core/record.js").InspectionRecord} record
 * @param {boolean} [whole] it is the whole screen, not a part of one
 */
export function paperView({ title, parts }, whole = false) {
  return h(
    "article",
    { class: "paper", lang: "vi" },
    h(whole ? "h1" : "h2", { class: "paper-title" }, title),
    parts.map(({ heading, lines, entries }) =>
      h(
        "section",
        {},
        h(whole ? "h2" : "h3", { class: "paper-part" }, heading),
        lines.map(paragraph),
        entries.length > 0 &&
          h(
            "ol",
            {},
            entries.map((entry) => h("li", {}, h("p", {}, h("b", {}, entry.head)), linesOf(entry).map(paragraph))),
          ),
      ),
    ),
  );
}

/** @param {string} line */
function paragraph(line) {
  return h("p", {}, line);
}

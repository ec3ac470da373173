// The summary of a visit as the other side reads it, and the same words as plain text for the fingerprint.

import { h } from "./element.js";

/**
 * @typedef {object} Paper
 * @property {string} title
 * @property {{ heading: string, lines: string[], entries?: { head: string, lines: string[] }[] }[]} parts
 */

/** @param {Paper} paper */
export function paperView(paper) {
  return h(
    "article",
    { class: "paper", lang: "vi" },
    h("h2", {}, paper.title),
    paper.parts.map((part) =>
      h(
        "section",
        {},
        h("h3", {}, part.heading),
        part.lines.map((line) => h("p", {}, line)),
        part.entries &&
          h(
            "ol",
            {},
            part.entries.map(({ head, lines }) =>
              h(
                "li",
                {},
                h("p", {}, h("b", {}, head)),
                lines.map((line) => h("p", {}, line)),
              ),
            ),
          ),
      ),
    ),
  );
}

/**
 * Exactly what was on the screen, line by line.
 * @param {Paper} paper
 */
export function paperText(paper) {
  const lines = [paper.title];
  for (const part of paper.parts) {
    lines.push("", part.heading, ...part.lines);
    for (const [at, entry] of (part.entries ?? []).entries()) lines.push(`${at + 1}. ${entry.head}`, ...entry.lines);
  }
  return `${lines.join("\n")}\n`;
}

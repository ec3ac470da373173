// The drawer of the checklist: choose a section, a found item, or the first failing one.

import { verdict } from "../core/checklist.js";
import { matches } from "../core/search.js";
import { answerWords, VERDICT_WORDS } from "../ui/answers.js";
import { contents } from "../ui/contents.js";
import { listen } from "../ui/element.js";
import { closeSheet, openSheet } from "../ui/sheet.js";
import { askedItems, nextOf } from "./places.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("./places.js").Place} Place
 */

/**
 * @param {Visit} visit
 * @param {{ code: string, section: string }} here
 * @returns {Promise<Place | null>} null: closed without choosing
 */
export async function chooseFromContents(visit, here) {
  const asked = askedItems(visit);
  /** @type {Place | null} */
  let chosen = null;
  const checklists = visit.checklists.map(({ code, title, sections }) => ({
    code,
    title,
    sections: sections.map((section) => {
      const tally = visit.progress[code]?.sections[section.id] ?? { answered: 0, visible: 0, failing: 0 };
      return {
        id: section.id,
        title: section.title,
        visible: tally.visible,
        unanswered: tally.visible - tally.answered,
        failing: tally.failing,
      };
    }),
  }));
  const element = contents({ checklists, here }, (query) =>
    asked
      .filter(({ item }) => matches(`${item.id} ${item.ask} ${(item.phrases ?? []).join(" ")}`, query))
      .slice(0, 40)
      .map(({ place, item }) => {
        const value = visit.values[item.id];
        const said = verdict(item, value, visit.onDate);
        return {
          ...place,
          id: item.id,
          ask: item.ask,
          said: said === "pass" || said === "fail" ? VERDICT_WORDS[said] : answerWords(item, value),
        };
      }),
  );
  /** @param {Place | null} place */
  const choose = (place) => {
    chosen = place;
    closeSheet();
  };
  listen(element, "go", (/** @type {Place} */ place) => choose(place));
  listen(element, "first-failing", () => choose(nextOf(visit, "fail", null)));
  await openSheet("Mục lục", [element], "drawer");
  return chosen;
}

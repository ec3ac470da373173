// Where things are in a visit: its sections in order, the next unanswered, the first failing, and their addresses.

import { verdict, visibleItems } from "../core/checklist.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 */

/** @typedef {{ code: string, section: string, item?: string }} Place */

/**
 * @param {string} id
 * @param {Place} place
 */
export function placeHash(id, { code, section, item }) {
  return `#/visit/${id}/check/${code}/${section}${item ? `/${item}` : ""}`;
}

/**
 * Every item that is asked, with its place, in the order of the paper.
 * @param {Visit} visit
 * @returns {{ place: Required<Place>, item: Item }[]}
 */
export function askedItems({ checklists, values, onDate }) {
  return checklists.flatMap((checklist) => {
    const order = new Map(checklist.sections.map(({ id }, at) => [id, at]));
    return visibleItems(checklist, values, onDate)
      .map((item) => ({ place: { code: checklist.code, section: item.section, item: item.id }, item }))
      .sort((a, b) => (order.get(a.place.section) ?? 0) - (order.get(b.place.section) ?? 0));
  });
}

/**
 * The sections that ask anything.
 * @param {Visit} visit
 * @returns {Place[]}
 */
export function sectionsOf({ checklists, progress }) {
  return checklists.flatMap(({ code, sections }) =>
    sections
      .filter(({ id }) => (progress[code]?.sections[id]?.visible ?? 0) > 0)
      .map(({ id }) => ({ code, section: id })),
  );
}

/**
 * Where to begin or go on: the section of the first unanswered item.
 * @param {Visit} visit
 * @returns {Place}
 */
export function firstPlace(visit) {
  const open = nextOf(visit, "unanswered", null);
  const first = sectionsOf(visit)[0];
  return open ? { code: open.code, section: open.section } : (first ?? { code: "", section: "" });
}

/**
 * The next item with this verdict after another one, going round; null when there is none.
 * @param {Visit} visit
 * @param {"unanswered" | "fail"} said
 * @param {string | null} after
 */
export function nextOf(visit, said, after) {
  const asked = askedItems(visit);
  const from = asked.findIndex(({ item }) => item.id === after) + 1;
  const turned = [...asked.slice(from), ...asked.slice(0, from)];
  return turned.find(({ item }) => verdict(item, visit.values[item.id], visit.onDate) === said)?.place ?? null;
}

// What a visit says about each item, for the rules of its checklists; and the day that they are judged on.

import { verdict } from "./checklist.js";

/**
 * @typedef {import("../types.d.ts").Answer} Answer
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").VisitState} VisitState
 */

const LOCAL_DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh", dateStyle: "short" });

/**
 * The day of the visit: when it was opened, until then today.
 * @param {Pick<VisitState, "opened">} state
 */
export function dayOf(state) {
  return LOCAL_DAY.format(new Date(state.opened[0]?.t ?? Date.now()));
}

/**
 * One value per item for the rules of the checklist; of several different ones the first that fails.
 * @param {Pick<VisitState, "answers">} state
 * @param {ReadonlyMap<string, Item>} items
 * @param {string} onDate
 */
export function valuesOf(state, items, onDate) {
  /** @type {Record<string, Answer>} */
  const values = {};
  for (const [id, { state: agreement, heads }] of Object.entries(state.answers)) {
    const item = items.get(id);
    const failing =
      agreement === "conflict" && item ? heads.find(({ value }) => verdict(item, value, onDate) === "fail") : undefined;
    const head = failing ?? heads[0];
    if (head && head.value !== null) values[id] = head.value;
  }
  return values;
}

// The answer of an item: the field its type asks for and the buttons that answer with one tap.

import { answerChoice } from "./answer_choice.js";
import { answerCount } from "./answer_count.js";
import { answerNumber } from "./answer_number.js";
import { answerDate, answerText } from "./answer_words.js";
import { h } from "./element.js";

export { answerWords } from "../core/record_words.js";

/**
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Answer} Answer
 * @typedef {import("../types.d.ts").Verdict} Verdict
 */

/**
 * @typedef {object} AnswerView
 * @property {Answer} value
 * @property {Verdict} verdict
 * @property {Record<string, string> | undefined} draft what was being typed, by field
 * @property {boolean} readOnly
 */

/** @type {Partial<Record<Item["type"], (item: Item) => { element: HTMLElement, update(view: AnswerView): void }>>} */
const FIELDS = { number: answerNumber, count: answerCount, date: answerDate, text: answerText };

/**
 * Tells "answer" {item, value, clears?} and "draft" {item, field, text}.
 * @param {Item} item
 * @param {string} labelledBy id of the question
 */
export function answers(item, labelledBy) {
  const field = FIELDS[item.type]?.(item);
  const buttons = answerChoice(item);
  const element = h(
    "div",
    { class: "answer-group", role: "group", "aria-labelledby": labelledBy },
    field?.element,
    buttons.element,
  );

  /** @param {AnswerView} view */
  function update(view) {
    field?.update(view);
    buttons.update(view);
  }

  return { element, press: buttons.press, update };
}

/** @type {Record<Verdict, string>} */
export const VERDICT_WORDS = {
  pass: "Đạt",
  fail: "Không đạt",
  na: "Không áp dụng",
  answered: "Đã trả lời",
  unanswered: "Chưa trả lời",
};

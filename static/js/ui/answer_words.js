// A date or a text as the answer.

import { freshId, h, say, show, tell } from "./element.js";
import { day, number } from "./words.js";

/**
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("./answers.js").AnswerView} AnswerView
 */

/**
 * The day something was last done, or the day it ends.
 * @param {Item} item
 */
export function answerDate(item) {
  const id = freshId();
  const input = h("input", { id, type: "date", min: "1950-01-01", max: "2100-12-31" });
  const hint = h("p", { class: "hint" });
  const element = h(
    "div",
    { class: "measure" },
    h(
      "div",
      { class: "measure-line" },
      h("label", { for: id }, item.expires ? "Ngày hết hạn" : "Ngày gần nhất"),
      input,
    ),
    hint,
  );
  input.addEventListener("change", () => {
    if (input.validity.valid) tell(element, "answer", { item: item.id, value: input.value || null });
  });

  /** @param {AnswerView} view */
  function update({ value, verdict, readOnly }) {
    const date = typeof value === "string" && /^\d/.test(value) ? value : "";
    if (document.activeElement !== input) input.value = date;
    input.disabled = readOnly;
    const most = item.older_than_days;
    const last = most === undefined ? "" : `Không đạt khi đã quá ${number(most)} ngày.`;
    const limit = item.expires ? "Không đạt khi hết hạn trước ngày kiểm tra." : last;
    say(hint, date && verdict === "fail" ? `${day(date)}: đã quá hạn. ${limit}` : limit);
    show(hint, limit !== "");
  }

  return { element, update };
}

/**
 * An answer in words; kept as a draft while it is being typed.
 * @param {Item} item
 */
export function answerText(item) {
  const id = freshId();
  const field = h("textarea", { id, rows: 3, maxlength: 20_000 });
  const element = h("div", { class: "field" }, h("label", { for: id }, "Trả lời"), field);
  field.addEventListener("input", () => tell(element, "draft", { item: item.id, field: "text", text: field.value }));
  field.addEventListener("change", () =>
    tell(element, "answer", { item: item.id, value: field.value.trim() === "" ? null : field.value, clears: "text" }),
  );

  /** @param {AnswerView} view */
  function update({ value, draft, readOnly }) {
    const written = typeof value === "string" && value !== "na" ? value : "";
    if (document.activeElement !== field) field.value = draft?.text ?? written;
    field.disabled = readOnly;
  }

  return { element, update };
}

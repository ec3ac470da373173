// Numbers asked together: how many in all, how many without; what was measured, what is required.

import { readNumber } from "./answer_number.js";
import { freshId, h, say, show, tell } from "./element.js";
import { number } from "./words.js";

/**
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("./answers.js").AnswerView} AnswerView
 */

/**
 * The fields of a count; a half filled count is kept as it is.
 * @param {Item} item
 */
export function answerCount(item) {
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const rows = (item.fields ?? []).map((field) => {
    const id = freshId();
    const inputmode = field.decimal ? "decimal" : "numeric";
    const input = h("input", {
      id,
      inputmode,
      autocomplete: "off",
      class: "number",
      maxlength: field.decimal ? 12 : 7,
    });
    input.addEventListener("input", () =>
      tell(element, "draft", { item: item.id, field: field.id, text: input.value }),
    );
    input.addEventListener("change", () => commit(field.id));
    const row = h(
      "div",
      { class: "count-row" },
      h("label", { for: id }, field.label),
      input,
      field.unit && h("span", { class: "unit" }, field.unit),
    );
    return { field, input, row };
  });
  const element = h(
    "div",
    { class: "counts" },
    rows.map((each) => each.row),
    wrong,
  );

  /** @param {string} touched */
  function commit(touched) {
    /** @type {Record<string, number>} */
    const value = {};
    for (const { field, input } of rows) {
      const text = input.value.trim();
      const typed = readCount(field, text);
      input.setAttribute("aria-invalid", String(text !== "" && typed === null));
      if (typed !== null) value[field.id] = typed;
    }
    const problem = whatIsWrong(value);
    say(wrong, problem);
    show(wrong, problem !== "");
    if (problem === "")
      tell(element, "answer", { item: item.id, value: Object.keys(value).length ? value : null, clears: touched });
  }

  /** @param {Record<string, number>} value */
  function whatIsWrong(value) {
    const unreadable = rows.find(({ input }) => input.getAttribute("aria-invalid") === "true");
    if (unreadable) return unreadable.field.decimal ? "Nhập một số, ví dụ 12,5." : "Nhập số nguyên, ví dụ 12.";
    for (const { field } of rows) {
      const whole = field.within === undefined ? undefined : value[field.within];
      const part = value[field.id];
      if (part !== undefined && whole !== undefined && part > whole) {
        return `“${field.label}” không thể lớn hơn ${number(whole)}.`;
      }
    }
    return "";
  }

  /** @param {AnswerView} view */
  function update({ value, draft, readOnly }) {
    const counts = typeof value === "object" && value !== null ? value : {};
    for (const { field, input } of rows) {
      const written = counts[field.id];
      if (document.activeElement !== input)
        input.value = draft?.[field.id] ?? (written === undefined ? "" : plain(field, written));
      input.disabled = readOnly;
    }
  }

  return { element, update };
}

/**
 * @param {{ decimal?: boolean }} field
 * @param {string} text
 */
function readCount(field, text) {
  if (!field.decimal) return /^\d{1,7}$/.test(text) ? Number(text) : null;
  const typed = readNumber(text);
  return typed === null || typed < 0 ? null : typed;
}

/**
 * As it would be typed.
 * @param {{ decimal?: boolean }} field
 * @param {number} value
 */
function plain(field, value) {
  return field.decimal ? number(value, 6) : String(value);
}

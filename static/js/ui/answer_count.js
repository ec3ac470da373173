// Whole numbers asked together: how many in all, how many without.

import { freshId, h, say, show, tell } from "./element.js";

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
    const input = h("input", { id, inputmode: "numeric", autocomplete: "off", class: "number", maxlength: 7 });
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
      const isWhole = /^\d{1,7}$/.test(text);
      input.setAttribute("aria-invalid", String(text !== "" && !isWhole));
      if (isWhole) value[field.id] = Number(text);
    }
    const problem = whatIsWrong(value);
    say(wrong, problem);
    show(wrong, problem !== "");
    if (problem === "")
      tell(element, "answer", { item: item.id, value: Object.keys(value).length ? value : null, clears: touched });
  }

  /** @param {Record<string, number>} value */
  function whatIsWrong(value) {
    if (rows.some(({ input }) => input.getAttribute("aria-invalid") === "true")) return "Nhập số nguyên, ví dụ 12.";
    for (const { field } of rows) {
      const whole = field.within === undefined ? undefined : value[field.within];
      const part = value[field.id];
      if (part !== undefined && whole !== undefined && part > whole) {
        return `“${field.label}” không thể lớn hơn ${whole}.`;
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
        input.value = draft?.[field.id] ?? (written === undefined ? "" : String(written));
      input.disabled = readOnly;
    }
  }

  return { element, update };
}

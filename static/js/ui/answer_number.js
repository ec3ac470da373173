// A measured value with its unit, and the limit drawn beside it.

import { freshId, h, say, show, tell } from "./element.js";
import { number } from "./words.js";

/**
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("./answers.js").AnswerView} AnswerView
 */

/**
 * "1.234,5" and "1234.5" are the same number; anything else is none.
 * @param {string} text
 * @returns {number | null}
 */
export function readNumber(text) {
  const bare = text.replace(/\s/g, "");
  const point = bare.includes(",") ? bare.replace(/\./g, "").replace(",", ".") : bare;
  return /^-?\d+(\.\d+)?$/.test(point) ? Number(point) : null;
}

/**
 * "tối đa 85 dBA", "từ 18 đến 32 °C".
 * @param {Item} item
 */
export function limitWords({ min, max, unit = "" }) {
  const of = unit ? ` ${unit}` : "";
  if (min !== undefined && max !== undefined) return `từ ${number(min)} đến ${number(max)}${of}`;
  if (max !== undefined) return `tối đa ${number(max)}${of}`;
  return min === undefined ? "" : `tối thiểu ${number(min)}${of}`;
}

/**
 * The field for a number; tells "draft" while it is being typed and "answer" when it stands.
 * @param {Item} item
 */
export function answerNumber(item) {
  const id = freshId();
  const limit = limitWords(item);
  const [least, most] = item.range ?? [undefined, undefined];
  const hint = [limit && `Giới hạn ${limit}`, item.limit_note].filter(Boolean).join(". ");
  const input = h("input", {
    id,
    inputmode: "decimal",
    autocomplete: "off",
    class: "number",
    "aria-describedby": `${id}h ${id}e`,
  });
  const wrong = h("p", { class: "wrong", id: `${id}e`, role: "alert", hidden: true });
  const bar = limit ? limitBar(item) : null;
  const element = h(
    "div",
    { class: "measure" },
    h(
      "div",
      { class: "measure-line" },
      h("label", { for: id }, "Số đo"),
      input,
      h("span", { class: "unit" }, item.unit ?? ""),
    ),
    bar?.element,
    h("p", { class: "hint", id: `${id}h`, hidden: !hint }, hint),
    wrong,
  );
  input.addEventListener("input", () => tell(element, "draft", { item: item.id, field: "number", text: input.value }));
  input.addEventListener("change", () => commit());

  function commit() {
    const value = readNumber(input.value);
    const outside = value !== null && ((least !== undefined && value < least) || (most !== undefined && value > most));
    const isWrong = input.value.trim() !== "" && (value === null || outside);
    say(
      wrong,
      outside ? `Ngoài khoảng có thể đo: ${number(least ?? 0)} đến ${number(most ?? 0)}.` : "Nhập một số, ví dụ 12,5.",
    );
    show(wrong, isWrong);
    input.setAttribute("aria-invalid", String(isWrong));
    if (!isWrong) tell(element, "answer", { item: item.id, value, clears: "number" });
  }

  /** @param {AnswerView} view */
  function update({ value, verdict, draft, readOnly }) {
    const written = typeof value === "number" ? number(value, 6) : "";
    if (document.activeElement !== input) input.value = draft?.number ?? written;
    input.disabled = readOnly;
    bar?.update(typeof value === "number" ? value : null, verdict);
  }

  return { element, update };
}

/**
 * The limit as a bar: the allowed stretch, and a mark where the value stands.
 * @param {Item} item
 */
function limitBar({ min, max, range, unit = "" }) {
  const mark = h("i", { class: "limit-mark" });
  const allowed = h("i", { class: "limit-allowed" });
  const bar = h("div", { class: "limit-bar" }, allowed, mark);
  const words = h("p", { class: "limit-words" });
  const element = h("div", { class: "limit" }, bar, words);

  /**
   * @param {number | null} value
   * @param {string} verdict
   */
  function update(value, verdict) {
    const low = Math.min(range?.[0] ?? 0, min ?? 0, value ?? 0);
    const far = Math.max((max ?? min ?? 1) * 1.5, (value ?? 0) * 1.1);
    /** @param {number} at */
    const part = (at) => String(Math.min(1, Math.max(0, (at - low) / (far - low || 1))));
    bar.style.setProperty("--from", part(min ?? low));
    bar.style.setProperty("--to", part(max ?? far));
    bar.style.setProperty("--at", part(value ?? low));
    show(mark, value !== null);
    bar.dataset.verdict = verdict;
    say(words, value === null ? "" : comparison(value));
  }

  /** @param {number} value */
  function comparison(value) {
    const of = unit ? ` ${unit}` : "";
    if (max !== undefined && value > max) return `${number(value)}${of}: vượt giới hạn ${number(value - max)}${of}`;
    if (min !== undefined && value < min) return `${number(value)}${of}: thấp hơn giới hạn ${number(min - value)}${of}`;
    return `${number(value)}${of}: trong giới hạn`;
  }

  return { element, update };
}

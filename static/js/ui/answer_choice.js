// One tap answers: Đạt, Không đạt, Không áp dụng, or the options of a choice.

import { h, tell } from "./element.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("../types.d.ts").Answer} Answer
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("./answers.js").AnswerView} AnswerView
 */

/** @type {Record<string, import("./icons.js").IconName>} */
const SHAPES = { pass: "check", fail: "cross", na: "dash" };

/** @param {Item} item */
function choices(item) {
  if (item.type === "choice") {
    return (item.options ?? []).map(({ id, label, verdict }) => ({
      id,
      label,
      tone: verdict === "none" ? "plain" : verdict,
    }));
  }
  if (item.type !== "pass-fail") return [];
  return [
    { id: "pass", label: "Đạt", tone: "pass" },
    { id: "fail", label: "Không đạt", tone: "fail" },
  ];
}

/**
 * The buttons of an item; every type offers "Không áp dụng", and a date also that there is none.
 * @param {Item} item
 */
export function answerChoice(item) {
  const offered = choices(item);
  if (item.type === "date") offered.push({ id: "none", label: item.expires ? "Không có" : "Chưa từng", tone: "fail" });
  offered.push({ id: "na", label: "Không áp dụng", tone: "na" });
  const buttons = offered.map(({ id, label, tone }) => {
    const shape = SHAPES[tone];
    const button = h(
      "button",
      { type: "button", class: "answer", "data-tone": tone, "aria-pressed": "false" },
      shape && icon(shape),
      h("span", {}, label),
    );
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") !== "true") tell(element, "answer", { item: item.id, value: id });
    });
    return { id, button };
  });
  const element = h(
    "div",
    { class: "answers", "data-type": item.type },
    buttons.map((each) => each.button),
  );

  /** @param {Answer} value */
  function press(value) {
    for (const { id, button } of buttons) {
      const pressed = String(id === value);
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }
  }

  /** @param {AnswerView} view */
  function update({ value, readOnly }) {
    press(value);
    for (const { button } of buttons) if (button.disabled !== readOnly) button.disabled = readOnly;
  }

  return { element, press, update };
}

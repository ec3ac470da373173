// A layer over the screen that the system's back button closes: drawer, photo, question.

import { fill, h } from "./element.js";
import { icon } from "./icons.js";

/** @type {{ dialog: HTMLDialogElement, closed: () => void }[]} */
const open = [];

/**
 * Opens a layer with a name and its content. Back, Escape and the button "Đóng" close it; the promise ends then.
 * @param {string} title
 * @param {import("./element.js").Child[]} content
 * @param {"drawer" | "sheet" | "full"} [kind]
 * @returns {Promise<void>}
 */
export function openSheet(title, content, kind = "sheet") {
  const heading = h("h2", { class: "sheet-title", id: `sheet-title-${open.length}` }, title);
  const close = h("button", { type: "button", class: "quiet", onclick: closeSheet }, icon("cross"), "Đóng");
  const dialog = h("dialog", { class: `sheet sheet-${kind}`, "aria-labelledby": heading.id });
  fill(dialog, h("div", { class: "sheet-head" }, heading, close), h("div", { class: "sheet-body" }, content));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeSheet();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) closeSheet();
  });
  document.body.append(dialog);
  history.pushState({ sheet: open.length + 1 }, "");
  dialog.showModal();
  return new Promise((closed) => {
    open.push({ dialog, closed });
  });
}

/** Closes the topmost layer the way the back button does, so that the two never disagree. */
export function closeSheet() {
  if (open.length) history.back();
}

/**
 * Called for every step of the history: true when the step closed a layer and the screen stays.
 * @param {unknown} state
 */
export function stepClosesSheet(state) {
  const depth = /** @type {{ sheet?: number } | null} */ (state)?.sheet ?? 0;
  if (open.length <= depth) return false;
  while (open.length > depth) {
    const top = open.pop();
    top?.dialog.close();
    top?.dialog.remove();
    top?.closed();
  }
  return true;
}

/**
 * A question with named answers; null when it was closed without one.
 * @template {string} T
 * @param {string} title
 * @param {string} text
 * @param {{ id: T, label: string, kind?: "primary" | "danger" }[]} answers
 * @returns {Promise<T | null>}
 */
export async function ask(title, text, answers) {
  /** @type {T | null} */
  let chosen = null;
  const buttons = answers.map(({ id, label, kind }) =>
    h(
      "button",
      {
        type: "button",
        class: kind ?? "",
        onclick: () => {
          chosen = id;
          closeSheet();
        },
      },
      label,
    ),
  );
  await openSheet(title, [h("p", {}, text), h("div", { class: "stack" }, buttons)]);
  return chosen;
}

/**
 * A question answered in words; null when it was closed without them.
 * @param {string} title
 * @param {string} label
 * @param {string} confirm the word on the button
 * @returns {Promise<string | null>}
 */
export async function askText(title, label, confirm) {
  /** @type {string | null} */
  let given = null;
  const field = h("textarea", { rows: 3, required: true, maxlength: 2000 });
  const form = h(
    "form",
    {
      class: "stack",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        given = field.value.trim() || null;
        if (given) closeSheet();
      },
    },
    h("label", { class: "field" }, h("span", {}, label), field),
    h("button", { class: "primary" }, confirm),
  );
  await openSheet(title, [form]);
  return given;
}

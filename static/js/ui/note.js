// The note of an item: one's own words, the ready phrases of the item, and what colleagues wrote.

import { fill, freshId, h, show, tell } from "./element.js";
import { moment } from "./words.js";

/**
 * @typedef {object} NoteView
 * @property {string} text one's own note as it stands
 * @property {string | undefined} draft what was being typed
 * @property {{ id: string, byName: string, t: number, text: string }[]} others
 * @property {boolean} readOnly
 */

/**
 * Tells "note" {item, text} when the note stands and "draft" {item, field: "note", text} while it is typed.
 * @param {string} item
 * @param {readonly string[]} phrases
 */
export function note(item, phrases) {
  const id = freshId();
  const field = h("textarea", { id, rows: 2, maxlength: 20_000 });
  const others = h("div", { class: "note-others" });
  const ready = phrases.map((phrase) =>
    h("button", { type: "button", class: "chip", onclick: () => add(phrase) }, phrase),
  );
  const list = h("div", { class: "chips", role: "group", "aria-label": "Câu viết sẵn" }, ready);
  const element = h(
    "div",
    { class: "note field" },
    h("label", { for: id }, "Ghi chú"),
    others,
    field,
    ready.length > 0 && list,
  );
  let standing = "";
  field.addEventListener("input", () => tell(element, "draft", { item, field: "note", text: field.value }));
  field.addEventListener("change", commit);

  function commit() {
    if (field.value.trim() === standing.trim()) return;
    standing = field.value;
    tell(element, "note", { item, text: field.value.trim() });
  }

  /** @param {string} phrase */
  function add(phrase) {
    const before = field.value.trim();
    if (before.includes(phrase)) return;
    field.value = before === "" ? phrase : `${before.replace(/[.;]$/, "")}; ${phrase}`;
    commit();
  }

  /** @param {NoteView} view */
  function update(view) {
    standing = view.text;
    const isTyping = document.activeElement === field;
    if (!isTyping) field.value = view.draft ?? view.text;
    field.disabled = view.readOnly;
    show(list, !view.readOnly);
    fill(
      others,
      view.others.map(({ byName, t, text }) =>
        h(
          "blockquote",
          { class: "quote" },
          h("p", {}, text),
          h("footer", { class: "small" }, `${byName}, ${moment(t)}`),
        ),
      ),
    );
  }

  return { element, update, focus: () => field.focus() };
}

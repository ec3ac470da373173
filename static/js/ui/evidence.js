// What stands behind an answer: note and photos, and for a failing item the whole finding.

import { h, say, show, tell } from "./element.js";
import { finding } from "./finding.js";
import { icon } from "./icons.js";
import { note } from "./note.js";
import { photos } from "./photos.js";

/**
 * @typedef {object} EvidenceView
 * @property {boolean} failing
 * @property {boolean} answered
 * @property {boolean} readOnly
 * @property {boolean} saving a photo is being stored
 * @property {import("./note.js").NoteView} note
 * @property {import("./photos.js").PhotoView[]} photos
 * @property {import("./finding.js").FindingView} finding
 * @property {string} where position of the answer; empty without one
 */

/**
 * Parts are made when first needed: most items pass and need none.
 * @param {import("../types.d.ts").ChecklistItem} item
 * @param {import("./item.js").ItemTools} tools
 */
export function evidence(item, tools) {
  const summary = h("p", { class: "evidence-line small", hidden: true });
  const parts = h("div", { class: "evidence-parts" });
  const noteButton = h("button", { type: "button", class: "quiet", onclick: openNote }, icon("note"), "Ghi chú");
  const photoButton = h(
    "button",
    { type: "button", class: "quiet", onclick: () => tell(element, "add-photo", { item: item.id, src: "camera" }) },
    icon("camera"),
    "Thêm ảnh",
  );
  const clear = h(
    "button",
    { type: "button", class: "quiet", onclick: () => tell(element, "answer", { item: item.id, value: null }) },
    "Bỏ kết quả",
  );
  const row = h("div", { class: "item-tools" }, noteButton, photoButton, clear);
  const element = h("div", { class: "evidence" }, parts, summary, row);
  /** @type {ReturnType<typeof note> | null} */
  let words = null;
  /** @type {ReturnType<typeof photos> | null} */
  let strip = null;
  /** @type {ReturnType<typeof finding> | null} */
  let found = null;
  let noteAsked = false;
  /** @type {EvidenceView | null} */
  let last = null;

  function openNote() {
    noteAsked = true;
    if (last) update(last);
    words?.focus();
  }

  /** @param {EvidenceView} view */
  function update(view) {
    last = view;
    const hasNote = view.failing || noteAsked || isNoted(view.note);
    const hasPhotos = view.failing || view.photos.length > 0 || view.saving;
    make(hasNote, hasPhotos, view.failing);
    words?.update(view.note);
    strip?.update(view);
    found?.update(view.finding);
    if (words) show(words.element, hasNote);
    if (strip) show(strip.element, hasPhotos);
    if (found) show(found.element, view.failing);
    show(noteButton, !hasNote);
    show(photoButton, !hasPhotos);
    show(clear, view.answered);
    show(row, !view.readOnly && (!hasNote || !hasPhotos || view.answered));
    say(summary, view.where);
    show(summary, view.where !== "");
  }

  /**
   * @param {boolean} hasNote
   * @param {boolean} hasPhotos
   * @param {boolean} failing
   */
  function make(hasNote, hasPhotos, failing) {
    if (hasNote && !words) words = place(note(item.id, item.phrases ?? []), 0);
    if (hasPhotos && !strip) strip = place(photos(item.id, tools.load), 1);
    if (failing && !found) found = place(finding(item, tools.parties), 2);
  }

  /**
   * @template {{ element: HTMLElement }} T
   * @param {T} piece
   * @param {number} order note, photos, finding: always in this order
   * @returns {T}
   */
  function place(piece, order) {
    piece.element.dataset.order = String(order);
    const after = [...parts.children].find((each) => Number(/** @type {HTMLElement} */ (each).dataset.order) > order);
    parts.insertBefore(piece.element, after ?? null);
    return piece;
  }

  return { element, update };
}

/** @param {import("./note.js").NoteView} view */
function isNoted({ text, others, draft }) {
  return text !== "" || others.length > 0 || draft !== undefined;
}

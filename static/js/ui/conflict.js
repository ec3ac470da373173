// Differing answers nobody has chosen between, side by side, and the ways to decide.

import { h, tell } from "./element.js";
import { icon } from "./icons.js";
import { moment, position } from "./words.js";

/**
 * Somebody who gave this value, with what they have for it.
 * @typedef {object} Voice
 * @property {string} id
 * @property {string} byName
 * @property {number} t
 * @property {readonly [number, number, number, number] | null} gps
 * @property {import("./photos.js").PhotoView[]} photos
 * @property {string[]} notes
 */

/**
 * @typedef {object} ConflictSide
 * @property {import("../types.d.ts").Answer} value
 * @property {string} words the value as people say it
 * @property {string} tone the verdict of this value
 * @property {Voice[]} voices
 */

/**
 * @typedef {object} ConflictView
 * @property {ConflictSide[]} sides empty without a conflict
 * @property {string} deciders who may choose; empty when this person may
 * @property {boolean} measured the item is a number: it is measured again, not said anew
 * @property {boolean} readOnly
 */

const COUNTS = ["", "Một", "Hai", "Ba", "Bốn"];

/**
 * Tells "answer" {item, value} for a kept value, "third-answer" {item} and "view-photo" {item, photo}.
 * @param {string} item
 * @param {ConflictView} view
 * @param {import("./photos.js").PhotoLoader} load
 */
export function conflict(item, { sides, deciders, measured, readOnly }, load) {
  const element = h(
    "section",
    { class: "conflict" },
    h(
      "p",
      { class: "conflict-title" },
      icon("warn"),
      h("b", {}, `${COUNTS[sides.length] ?? sides.length} kết quả khác nhau.`),
      " Tính là không đạt cho đến khi một người quyết định.",
    ),
    h(
      "div",
      { class: "conflict-sides" },
      sides.map((each) => sideOf(item, each, load)),
    ),
  );
  if (deciders) element.append(h("p", { class: "hint" }, `Người quyết định: ${deciders}.`));
  else if (!readOnly) element.append(ways(item, sides, measured));
  return element;
}

/**
 * @param {string} item
 * @param {ConflictSide[]} sides
 * @param {boolean} measured
 */
function ways(item, sides, measured) {
  const element = h(
    "div",
    { class: "stack" },
    sides.map(({ value, voices }) =>
      h(
        "button",
        { type: "button", onclick: () => tell(element, "answer", { item, value }) },
        `Giữ kết quả của ${namesOf(voices, sides)}`,
      ),
    ),
    h(
      "button",
      { type: "button", onclick: () => tell(element, "third-answer", { item }) },
      measured ? "Đo lại, ghi kết quả mới" : "Ghi kết quả thứ ba",
    ),
  );
  return element;
}

/**
 * One person with two phones may differ from themselves: then the moment tells the two apart.
 * @param {Voice[]} voices
 * @param {ConflictSide[]} sides
 */
function namesOf(voices, sides) {
  const everybody = sides.flatMap((each) => each.voices.map(({ byName }) => byName));
  const names = voices.map(({ byName, t }) =>
    everybody.filter((each) => each === byName).length > 1 ? `${byName} lúc ${moment(t)}` : byName,
  );
  return names.join(" và ");
}

/**
 * @param {string} item
 * @param {ConflictSide} side
 * @param {import("./photos.js").PhotoLoader} load
 */
function sideOf(item, { words, tone, voices }, load) {
  return h(
    "div",
    { class: "conflict-side" },
    h("p", { class: "conflict-value", "data-tone": tone }, words),
    voices.length > 1 && h("p", { class: "small" }, `${voices.length} người xác nhận`),
    voices.map(({ byName, t, gps, notes, photos }) =>
      h(
        "div",
        { class: "conflict-voice" },
        h("p", {}, byName),
        h("p", { class: "small" }, moment(t)),
        h("p", { class: "small" }, gps ? position(gps) : "không có vị trí"),
        notes.map((text) => h("blockquote", { class: "quote" }, h("p", {}, text))),
        photos.length > 0 &&
          h(
            "div",
            { class: "conflict-photos" },
            photos.map((photo) => thumb(item, photo, load)),
          ),
      ),
    ),
  );
}

/**
 * @param {string} item
 * @param {import("./photos.js").PhotoView} photo
 * @param {import("./photos.js").PhotoLoader} load
 */
function thumb(item, photo, load) {
  const image = h("img", { alt: "", width: 64, height: 64, decoding: "async" });
  load(photo.sha, "thumb").then((url) => {
    if (url) image.src = url;
  });
  const label = `Ảnh của ${photo.byName}, ${moment(photo.t)}`;
  const open = h("button", { type: "button", class: "thumb", "aria-label": label }, image);
  open.addEventListener("click", () => tell(open, "view-photo", { item, photo }));
  return open;
}

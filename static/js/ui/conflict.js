// Two answers nobody has chosen between, side by side, and the ways to decide.

import { h, tell } from "./element.js";
import { icon } from "./icons.js";
import { moment, position } from "./words.js";

/**
 * @typedef {object} ConflictHead
 * @property {string} id
 * @property {import("../types.d.ts").Answer} value
 * @property {string} words the value as people say it
 * @property {string} tone the verdict of this value
 * @property {string} byName
 * @property {number} t
 * @property {readonly [number, number, number, number] | null} gps
 * @property {{ sha: string }[]} photos
 * @property {string[]} notes
 */

/**
 * Tells "answer" {item, value} for a kept value and "third-answer" {item}.
 * @param {string} item
 * @param {ConflictHead[]} heads
 * @param {import("./photos.js").PhotoLoader} load
 * @param {boolean} readOnly
 */
export function conflict(item, heads, load, readOnly) {
  const element = h(
    "section",
    { class: "conflict" },
    h(
      "p",
      { class: "conflict-title" },
      icon("warn"),
      h("b", {}, "Hai kết quả khác nhau."),
      " Cả hai được giữ cho đến khi một người quyết định.",
    ),
    h(
      "div",
      { class: "conflict-sides" },
      heads.map((head) => side(head, load)),
    ),
  );
  if (!readOnly) {
    element.append(
      h(
        "div",
        { class: "stack" },
        heads.map(({ value, byName }) =>
          h(
            "button",
            { type: "button", onclick: () => tell(element, "answer", { item, value }) },
            `Giữ kết quả của ${byName}`,
          ),
        ),
        h("button", { type: "button", onclick: () => tell(element, "third-answer", { item }) }, "Ghi kết quả thứ ba"),
      ),
    );
  }
  return element;
}

/**
 * @param {ConflictHead} head
 * @param {import("./photos.js").PhotoLoader} load
 */
function side(head, load) {
  const thumbs = head.photos.map(({ sha }) => {
    const image = h("img", { alt: `Ảnh của ${head.byName}`, width: 64, height: 64 });
    load(sha, "thumb").then((url) => {
      if (url) image.src = url;
    });
    return image;
  });
  return h(
    "div",
    { class: "conflict-side" },
    h("p", { class: "conflict-value", "data-tone": head.tone }, head.words),
    h("p", {}, head.byName),
    h("p", { class: "small" }, moment(head.t)),
    h("p", { class: "small" }, head.gps ? position(head.gps) : "không có vị trí"),
    head.notes.map((text) => h("blockquote", { class: "quote" }, h("p", {}, text))),
    thumbs.length > 0 && h("div", { class: "conflict-photos" }, thumbs),
  );
}

// The photo strip of an item: square thumbs, each with the word that says where it is, and the ways to add one.

import { h, say, show, tell } from "./element.js";
import { icon } from "./icons.js";
import { clock } from "./words.js";

/**
 * @typedef {object} PhotoView
 * @property {string} id
 * @property {string} sha
 * @property {string} word trên máy, đã gửi, đã đối chiếu; chờ xem xét when it is held
 * @property {string} state
 * @property {string} byName
 * @property {boolean} mine
 * @property {number} t
 * @property {readonly [number, number, number, number] | null} gps
 * @property {string} held why it waits for the supervisor; empty when it does not
 * @property {string} src
 * @property {number} size
 */

/** @typedef {(sha: string, kind: "thumb" | "full" | "before") => Promise<string | null>} PhotoLoader */

/**
 * Tells "add-photo" {item, src} and "view-photo" {item, photo}.
 * @param {string} item
 * @param {PhotoLoader} load where the picture itself comes from
 */
export function photos(item, load) {
  /** @type {Map<string, { element: HTMLElement, update(view: PhotoView): void }>} */
  const thumbs = new Map();
  const list = h("ul", { class: "thumbs" });
  const saving = h("p", { class: "hint", role: "status", hidden: true }, "Đang lưu ảnh vào máy…");
  const add = h(
    "div",
    { class: "photo-tools" },
    h(
      "button",
      { type: "button", class: "wide", onclick: () => tell(element, "add-photo", { item, src: "camera" }) },
      icon("camera"),
      "Thêm ảnh",
    ),
    h(
      "button",
      { type: "button", class: "quiet", onclick: () => tell(element, "add-photo", { item, src: "viewfinder" }) },
      "Kính ngắm",
    ),
    h(
      "button",
      { type: "button", class: "quiet", onclick: () => tell(element, "add-photo", { item, src: "picker" }) },
      "Thư viện",
    ),
  );
  const element = h("div", { class: "photos" }, list, saving, add);

  /** @param {{ photos: PhotoView[], saving: boolean, readOnly: boolean }} view */
  function update(view) {
    const kept = new Set(view.photos.map((each) => each.id));
    for (const [id, thumb] of thumbs) {
      if (kept.has(id)) continue;
      thumb.element.remove();
      thumbs.delete(id);
    }
    for (const photo of view.photos) {
      let thumb = thumbs.get(photo.id);
      if (!thumb) {
        thumb = thumbOf(item, load);
        thumbs.set(photo.id, thumb);
        list.append(thumb.element);
      }
      thumb.update(photo);
    }
    show(list, view.photos.length > 0);
    show(saving, view.saving);
    show(add, !view.readOnly);
  }

  return { element, update };
}

/** @type {Record<string, import("./icons.js").IconName>} */
const SHAPES = { "on-phone": "device", sent: "sent", verified: "matched", held: "held" };

/**
 * @param {string} item
 * @param {PhotoLoader} load
 */
function thumbOf(item, load) {
  const image = h("img", { alt: "", width: 96, height: 96, decoding: "async" });
  const word = h("span", {});
  const shape = h("span", { class: "thumb-shape" });
  const open = h("button", { type: "button", class: "thumb" }, image, h("span", { class: "thumb-state" }, shape, word));
  const element = h("li", {}, open);
  /** @type {PhotoView | null} */
  let shown = null;
  open.addEventListener("click", () => tell(open, "view-photo", { item, photo: shown }));
  open.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    tell(open, "view-photo", { item, photo: shown });
  });

  /** @param {PhotoView} view */
  function update(view) {
    if (shown?.sha !== view.sha) {
      load(view.sha, "thumb").then((url) => {
        if (url) image.src = url;
        else open.dataset.missing = "true";
      });
    }
    if (shown?.state !== view.state) shape.replaceChildren(icon(SHAPES[view.state] ?? "device"));
    shown = view;
    say(word, view.word);
    open.dataset.state = view.state;
    open.setAttribute(
      "aria-label",
      `Ảnh lúc ${clock(view.t)}, ${view.byName}, ${view.word}${view.src === "picker" ? ", từ thư viện" : ""}`,
    );
  }

  return { element, update };
}

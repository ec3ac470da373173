// What an open violation looked like when it was last photographed, beside the newest photo of today.

import { fill, h } from "./element.js";
import { openSheet } from "./sheet.js";

/**
 * @typedef {object} BeforeView
 * @property {{ id: string, name: string, state: string, sha: string | null, when: string }[]} rows open violations of the
 *   item; sha null: there is no photo, or it is not theirs to see
 * @property {{ sha: string, when: string } | null} today the newest photo of this visit
 */

/** @param {import("./photos.js").PhotoLoader} load */
export function before(load) {
  const element = h("section", { class: "before" });
  let drawn = "";
  /** A picture was not to be had: looked for again when something changed. */
  let isLacking = false;

  /** @param {BeforeView} view */
  function update(view) {
    const key = JSON.stringify(view);
    if (key === drawn && !isLacking) return;
    drawn = key;
    isLacking = false;
    fill(
      element,
      view.rows.map((row) => pair(row, view.today)),
    );
  }

  /**
   * @param {BeforeView["rows"][number]} row
   * @param {BeforeView["today"]} today
   */
  function pair({ name, state, sha, when }, today) {
    return h(
      "div",
      {},
      h("p", {}, h("b", {}, "Vi phạm đang mở: "), name),
      h("p", { class: "small" }, state),
      sha &&
        h(
          "div",
          { class: "before-pair" },
          side(`Lần trước, ${when}`, sha, "before", "Ảnh lần trước chưa tải về máy."),
          side(today ? `Lần này, ${today.when}` : "Lần này", today?.sha ?? null, "thumb", "Chưa có ảnh lần này."),
        ),
    );
  }

  /**
   * @param {string} caption
   * @param {string | null} sha
   * @param {"before" | "thumb"} kind
   * @param {string} none what stands there without a picture
   */
  function side(caption, sha, kind, none) {
    const place = h("div", { class: "before-place" }, h("span", { class: "small" }, none));
    if (sha) void show(place, caption, sha, kind);
    return h("figure", {}, place, h("figcaption", { class: "small" }, caption));
  }

  /**
   * @param {HTMLElement} place
   * @param {string} caption
   * @param {string} sha
   * @param {"before" | "thumb"} kind
   */
  async function show(place, caption, sha, kind) {
    const url = await load(sha, kind);
    isLacking ||= url === null;
    if (!url) return;
    const image = h("img", { src: url, alt: caption, decoding: "async" });
    const words = place.textContent ?? "";
    // A photo that cannot be had now is said in words, not drawn as a broken picture.
    image.addEventListener("error", () => fill(place, h("span", { class: "small" }, words)));
    const larger = async () => {
      const full = kind === "before" ? url : ((await load(sha, "full")) ?? url);
      await openSheet(caption, [h("img", { class: "before-large", src: full, alt: caption })], "full");
    };
    fill(place, h("button", { type: "button", class: "before-open", onclick: () => void larger() }, image));
  }

  return { element, update };
}

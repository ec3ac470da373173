// One photo at full size with its facts.

import { h } from "./element.js";
import { icon } from "./icons.js";
import { moment, position, size } from "./words.js";

/** @type {Record<string, string>} */
const SOURCES = {
  camera: "chụp bằng máy ảnh",
  viewfinder: "chụp trong ứng dụng",
  picker: "lấy từ thư viện: chứng cứ yếu hơn ảnh chụp tại chỗ",
};

/**
 * @param {import("./photos.js").PhotoView} photo
 * @param {string | null} url
 * @param {(() => void) | null} withdraw null when this person may not
 */
export function photoViewer(photo, url, withdraw) {
  return h(
    "div",
    { class: "photo-viewer" },
    url
      ? h("img", { src: url, alt: `Ảnh của ${photo.byName}, ${moment(photo.t)}` })
      : h("p", { class: "hint" }, "Ảnh này ở máy của đồng nghiệp; sẽ xem được khi có mạng và ảnh đã gửi xong."),
    h(
      "dl",
      { class: "facts" },
      h("dt", {}, "Người chụp"),
      h("dd", {}, photo.byName),
      h("dt", {}, "Lúc"),
      h("dd", {}, moment(photo.t)),
      h("dt", {}, "Vị trí"),
      h("dd", {}, photo.gps ? position(photo.gps) : "không có"),
      h("dt", {}, "Nguồn"),
      h("dd", {}, `${SOURCES[photo.src] ?? photo.src}, ${size(photo.size)}`),
      h("dt", {}, "Trạng thái"),
      h("dd", {}, photo.held ? `Chờ người giám sát: ${photo.held}` : photo.word),
      h("dt", {}, "Mã SHA-256"),
      h("dd", { class: "hash" }, photo.sha),
    ),
    withdraw && h("button", { type: "button", class: "danger", onclick: withdraw }, icon("cross"), "Rút ảnh"),
  );
}

// A position that was taken: where, how exact, how far from the site, and warnings that never block.

import { h } from "./element.js";
import { icon } from "./icons.js";
import { clock, distance, position } from "./words.js";

/** @param {{ fix: import("../types.d.ts").Fix, distance: number | null, warnings: { text: string }[] } | null} result */
export function placeResult(result) {
  if (!result) {
    return h(
      "p",
      { class: "place", "data-tone": "wait" },
      icon("warn"),
      "Chưa lấy được vị trí. Bật định vị, ra chỗ thoáng rồi thử lại; việc kiểm tra vẫn tiếp tục được.",
    );
  }
  const { fix, distance: metres, warnings } = result;
  return h(
    "div",
    { class: "place" },
    h("p", {}, icon("pin"), `${position([fix.lat, fix.lon, fix.accuracy])}, lúc ${clock(fix.time)}`),
    metres !== null && h("p", {}, `Cách địa điểm ${distance(metres)}`),
    warnings.map(({ text }) => h("p", { class: "missing" }, icon("warn"), text)),
  );
}

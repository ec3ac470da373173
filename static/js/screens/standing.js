// How a visit stands, above everything else about it: revoked, over, held, decided, still on its way to the server.

import { thisDevice } from "../sync/field.js";
import { h } from "../ui/element.js";
import { heldLines } from "../ui/held.js";
import { notice } from "../ui/notice.js";
import { number } from "../ui/words.js";
import { heldOfVisit } from "./held.js";

/** @typedef {import("../types.d.ts").Visit} Visit */

/** @param {Visit} visit */
export function standing(visit) {
  return [access(visit), arrival(visit), held(visit)];
}

/** @param {Visit} visit */
function access(visit) {
  const isOver = visit.state.submitted.length > 0 && !visit.document.revoked;
  if (visit.gone && isOver) {
    return notice({
      tone: "plain",
      title: "Cuộc kiểm tra này đã kết thúc.",
      text: "Chỉ xem được; máy chủ giữ toàn bộ hồ sơ.",
    });
  }
  if (visit.gone || visit.document.revoked) {
    const { ops, photos } = visit.unsent;
    const left = ops + photos > 0 ? ` Còn ${countOf(ops, photos)} trên máy.` : "";
    return notice({
      tone: "wait",
      title: "Phân công này đã được thu hồi.",
      text: `Chỉ xem được, không ghi thêm. Những gì đã ghi vẫn an toàn và vẫn được gửi về để người giám sát xem xét.${left}`,
    });
  }
  if (visit.missingChecklists.length > 0) {
    return notice({
      tone: "wait",
      title: `Chưa tải được phiếu ${visit.missingChecklists.map((each) => each.split("@")[0]).join(", ")}.`,
      text: "Phiếu sẽ tự tải khi có mạng.",
    });
  }
  return null;
}

/**
 * What the server still lacks of a submitted visit, and on whose phone it is.
 * @param {Visit} visit
 */
export function arrival({ document, state, unsent }) {
  const { arrival: told } = document;
  if (!told || state.submitted.length === 0 || document.state === "returned") return null;
  if (told.complete) {
    return notice({
      tone: "good",
      title: "Đủ dữ liệu.",
      text: "Máy chủ đã có đủ mọi mục, mọi ảnh từ tất cả các máy của đoàn.",
    });
  }
  // Of this phone the server's word is older than the phone's own: what was sent since is no longer missing.
  const isOurs = unsent.ops + unsent.photos > 0;
  const rows = told.missing.filter(
    ({ device, ops, photos }) => ops + photos > 0 && (isOurs || device !== thisDevice()),
  );
  if (rows.length === 0) return null;
  const element = notice({ tone: "wait", title: "Máy chủ còn thiếu:" });
  element.querySelector(".notice-words")?.append(
    h(
      "ul",
      { class: "plain-list" },
      rows.map(({ device, device_name, person_name, ops, photos }) =>
        h(
          "li",
          {},
          h("b", {}, countOf(ops, photos)),
          device === thisDevice()
            ? " trên máy này"
            : ` trên máy của ${person_name || "một thành viên"}${device_name ? ` (${device_name})` : ""}`,
        ),
      ),
    ),
    h("p", { class: "small" }, "Máy đó mở ứng dụng khi có mạng là tự gửi. Nội dung tại thời điểm tải gần nhất."),
  );
  return element;
}

/** @param {Visit} visit */
export function held(visit) {
  const lines = heldOfVisit(visit);
  if (lines.length === 0) return null;
  const piece = heldLines();
  piece.update(lines);
  const waiting = visit.held.length;
  const title = waiting ? `${number(waiting)} mục chờ người giám sát` : "Người giám sát đã quyết định";
  return h("section", {}, h("h2", {}, title), piece.element);
}

/**
 * @param {number} ops
 * @param {number} photos
 */
function countOf(ops, photos) {
  return [ops && `${number(ops)} mục`, photos && `${number(photos)} ảnh`].filter(Boolean).join(", ");
}

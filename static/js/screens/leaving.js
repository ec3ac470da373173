// Signing out: with unsent data there are three ways, each says what becomes of the data; none deletes any.

import { syncState } from "../sync/field.js";
import { signedInUser, signOut } from "../sync/session.js";
import { h } from "../ui/element.js";
import { closeSheet, openSheet } from "../ui/sheet.js";
import { number } from "../ui/words.js";
import { agreesToOpenFile, whoOpens } from "./at_risk.js";
import { offerFile } from "./file.js";

/** @typedef {"send" | "lock" | "export"} Way */

/** @param {import("./frame.js").Shell} shell */
export async function leave(shell) {
  const { unsent, online } = syncState();
  const { ops, photos } = unsent;
  const way = await choose(ops, photos, online);
  if (!way || (way === "export" && !(await agreesToOpenFile()))) return;
  try {
    const { left, file } = await signOut(way);
    if (file) await offerFile(file);
    if (way === "send" && left.ops + left.photos > 0)
      shell.announce(
        `Còn ${countOf(left.ops, left.photos)} chưa gửi được nên chưa đăng xuất. Dữ liệu vẫn an toàn trên máy.`,
      );
  } catch (error) {
    shell.trouble(error);
  }
}

/**
 * @param {number} ops
 * @param {number} photos
 * @param {boolean} online
 */
async function choose(ops, photos, online) {
  /** @type {Way | null} */
  let chosen = null;
  /**
   * @param {Way} way
   * @param {string} label
   * @param {string} meaning
   * @param {boolean} [isFirst]
   */
  const offer = (way, label, meaning, isFirst) =>
    h(
      "div",
      { class: "way" },
      h(
        "button",
        {
          type: "button",
          class: isFirst ? "primary wide" : "wide",
          onclick: () => {
            chosen = way;
            closeSheet();
          },
        },
        label,
      ),
      h("p", { class: "hint" }, meaning),
    );
  const back = signedInUser()?.hasPin ? "Mở lại bằng mã PIN, không cần mạng." : "Mở lại bằng mật khẩu, cần có mạng.";
  const content =
    ops + photos > 0
      ? [
          h("p", {}, `Còn ${countOf(ops, photos)} chưa gửi. Đăng xuất không xóa mục nào.`),
          offer(
            "send",
            "Gửi ngay rồi đăng xuất",
            online ? "Chỉ đăng xuất khi đã gửi xong." : "Hiện chưa có mạng.",
            online,
          ),
          offer("lock", "Khóa và giữ trên máy", `${back} Phần chưa gửi chờ trên máy đến khi bạn mở lại.`, !online),
          offer("export", "Xuất tệp rồi đăng xuất", whoOpens()),
        ]
      : [h("p", {}, "Mọi thứ đã gửi."), offer("lock", "Đăng xuất khỏi máy này", back, true)];
  await openSheet("Đăng xuất", content);
  return /** @type {Way | null} */ (chosen);
}

/**
 * @param {number} ops
 * @param {number} photos
 */
function countOf(ops, photos) {
  return [ops && `${number(ops)} mục`, photos && `${number(photos)} ảnh`].filter(Boolean).join(", ");
}

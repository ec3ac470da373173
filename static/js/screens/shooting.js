// The viewfinder inside the page, for phones whose camera application would close this one.

import { openViewfinder } from "../device/viewfinder.js";
import { h, say } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { closeSheet, openSheet } from "../ui/sheet.js";

/**
 * Shoots until it is closed.
 * @param {(blob: Blob) => Promise<void>} keep
 */
export async function openShooting(keep) {
  const video = h("video", { playsinline: true, muted: true, class: "viewfinder" });
  const count = h("p", { class: "small", role: "status" }, "Hướng máy vào chỗ cần ghi lại.");
  const shoot = h("button", { type: "button", class: "primary wide", disabled: true }, icon("camera"), "Chụp");
  let isOpen = true;
  const closed = openSheet("Kính ngắm", [video, count, shoot], "full").then(() => {
    isOpen = false;
  });
  /** @type {Awaited<ReturnType<typeof openViewfinder>>} */
  let finder;
  try {
    finder = await openViewfinder(video);
  } catch (error) {
    // Closed while the camera was starting: nobody waits for it any more.
    if (!isOpen) return;
    closeSheet();
    throw error;
  }
  if (!isOpen) {
    finder.close();
    return;
  }
  shoot.disabled = false;
  let taken = 0;
  shoot.addEventListener("click", async () => {
    shoot.disabled = true;
    try {
      await keep(await finder.shoot());
      taken += 1;
      say(count, `Đã lưu ${taken} ảnh vào máy.`);
    } finally {
      shoot.disabled = false;
    }
  });
  await closed;
  finder.close();
}

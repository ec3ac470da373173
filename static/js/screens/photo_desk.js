// Takes photos for the items of a visit: the camera, the viewfinder in the page, the gallery; shows and withdraws them.

import { addPhoto, beginCapture, clearCapture, pendingCapture, photoUrl, write } from "../sync/field.js";
import { h, listen } from "../ui/element.js";
import { photoViewer } from "../ui/photo_viewer.js";
import { askText, closeSheet, openSheet } from "../ui/sheet.js";
import { isReadOnly } from "./wording.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").PhotoSource} PhotoSource
 * @typedef {import("../ui/photos.js").PhotoView} PhotoView
 */

/**
 * @param {Visit} visit
 * @param {{ saving: Set<unknown> }} beside
 * @param {(items: string[]) => void} refresh
 * @param {import("./frame.js").Shell} shell
 */
export function photoDesk(visit, beside, refresh, shell) {
  const camera = chooser({ capture: "environment" });
  const gallery = chooser({ multiple: true });
  let item = "";

  /** @param {{ item: string, src: PhotoSource }} told */
  async function take(told) {
    item = told.item;
    try {
      // The camera may get this page killed: what was intended is on the disk before it opens.
      await beginCapture(visit.id, item);
      if (told.src === "viewfinder" || (told.src === "camera" && (await prefersViewfinder()))) await shoot(item);
      else if (told.src === "camera") camera.click();
      else gallery.click();
    } catch (error) {
      shell.trouble(error);
    }
  }

  async function prefersViewfinder() {
    const { preferViewfinder } = await import("../device/viewfinder.js");
    return preferViewfinder();
  }

  /** @param {string} of */
  async function shoot(of) {
    const { openShooting } = await import("./shooting.js");
    await openShooting((blob) => keep(of, [blob], "viewfinder"));
    await clearCapture();
  }

  /**
   * @param {string} of
   * @param {Iterable<Blob>} blobs
   * @param {PhotoSource} src
   */
  async function keep(of, blobs, src) {
    beside.saving.add(of);
    refresh([of]);
    try {
      for (const blob of blobs) await addPhoto(visit.id, of, blob, src);
    } catch (error) {
      shell.trouble(error);
    } finally {
      beside.saving.delete(of);
      refresh([of]);
    }
  }

  /**
   * @param {HTMLInputElement} input
   * @param {PhotoSource} src
   */
  function taken(input, src) {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) void keep(item, files, src);
  }

  camera.addEventListener("change", () => taken(camera, "camera"));
  gallery.addEventListener("change", () => taken(gallery, "picker"));
  for (const each of [camera, gallery]) {
    each.addEventListener("cancel", () => void clearCapture());
    document.body.append(each);
  }

  /** @param {{ item: string, photo: PhotoView }} told */
  async function look({ item: of, photo }) {
    const url = await photoUrl(visit.id, photo.sha, "full");
    let withdrawing = false;
    const withdraw = () => {
      withdrawing = true;
      closeSheet();
    };
    await openSheet("Ảnh", [photoViewer(photo, url, isReadOnly(visit) ? null : withdraw)], "full");
    if (url?.startsWith("blob:")) URL.revokeObjectURL(url);
    if (!withdrawing) return;
    const reason = await askText("Rút ảnh", "Lý do rút ảnh (ảnh vẫn được lưu trong hồ sơ, đánh dấu đã rút)", "Rút ảnh");
    if (!reason) return;
    await write(visit.id, { k: "withdraw", ref: photo.id, reason });
    refresh([of]);
  }

  /** @param {HTMLElement} list */
  function wire(list) {
    listen(list, "add-photo", (/** @type {{ item: string, src: PhotoSource }} */ told) => void take(told));
    listen(
      list,
      "view-photo",
      (/** @type {{ item: string, photo: PhotoView }} */ told) => void look(told).catch(shell.trouble),
    );
  }

  /**
   * The browser was killed while the camera was open: say so at the item.
   * @param {string | undefined} target
   */
  async function recall(target) {
    const pending = await pendingCapture();
    if (!pending || pending.insp !== visit.id || pending.item !== target) return;
    await clearCapture();
    shell.announce("Ảnh vừa chụp chưa được lưu, chụp lại.");
  }

  function close() {
    camera.remove();
    gallery.remove();
  }

  return { wire, recall, close };
}

/** @param {Record<string, unknown>} attributes */
function chooser(attributes) {
  return h("input", {
    type: "file",
    accept: "image/*",
    class: "chooser",
    tabindex: "-1",
    "aria-hidden": "true",
    ...attributes,
  });
}

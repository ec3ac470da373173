// A photo from the camera to what is kept: 1600 px JPEG, its hash, a thumbnail; in a worker where the browser can.

import { Trouble } from "../core/trouble.js";
import { shrink } from "./shrink.js";
import { scriptUrl } from "./trusted.js";

const LARGEST = 15 * 1024 * 1024;
const PATIENCE = 30_000;

/** @typedef {import("./shrink.js").Shrunk} Shrunk */

/**
 * @param {Blob} blob
 * @returns {Promise<Shrunk>}
 * @throws {Trouble} "not-an-image", "photo-too-large"
 */
export async function developPhoto(blob) {
  const shrunk = await inWorker(blob).catch(() => onPage(blob));
  if (shrunk.bytes.byteLength > LARGEST) {
    throw new Trouble(
      "photo-too-large",
      "Ảnh này máy không thu nhỏ được và lớn hơn 15 MB. Hãy chụp bằng máy ảnh trong ứng dụng.",
    );
  }
  return shrunk;
}

/**
 * A new worker for each photo: what a decoder leaves in memory goes with it.
 * @param {Blob} blob
 * @returns {Promise<Shrunk>}
 */
function inWorker(blob) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(scriptUrl(new URL("./photo-worker.js", import.meta.url).href), { type: "module" });
    const timer = setTimeout(() => end(() => reject(new Error("the worker says nothing"))), PATIENCE);
    /** @param {() => void} then */
    const end = (then) => {
      clearTimeout(timer);
      worker.terminate();
      then();
    };
    worker.onmessage = ({ data }) => end(() => (data.shrunk ? resolve(data.shrunk) : reject(new Error(data.error))));
    worker.onerror = () => end(() => reject(new Error("the worker did not start")));
    worker.postMessage(blob);
  });
}

/**
 * Older Safari has no canvas in workers. What no canvas can read (HEIC on some phones) is kept as it is: the server
 * reads more formats than the phone.
 * @param {Blob} blob
 * @returns {Promise<Shrunk>}
 */
async function onPage(blob) {
  try {
    return await shrink(blob, draw);
  } catch (error) {
    if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(blob.type)) {
      throw new Trouble("not-an-image", "Tệp này không phải là ảnh. Hãy chụp hoặc chọn ảnh khác.", {
        cause: String(error),
      });
    }
    const bytes = await blob.arrayBuffer();
    const { sha256 } = await import("../core/hash.js");
    return { bytes, thumb: null, mime: blob.type, w: 0, h: 0, sha: await sha256(bytes), orig: null };
  }
}

/** @type {import("./shrink.js").Draw} */
async function draw(picture, { left, top, width, height }, { w, h }, quality) {
  const canvas = document.createElement("canvas");
  canvas.width = w;
  canvas.height = h;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, width, height, 0, 0, w, h);
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  // iOS counts the memory of every canvas until it is small again.
  canvas.width = 1;
  canvas.height = 1;
  if (!blob) throw new Error("no JPEG");
  return blob;
}

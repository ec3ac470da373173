// Shrinks one photo beside the page, so that nothing on screen stands still.

import { shrink } from "./shrink.js";

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

scope.onmessage = async ({ data }) => {
  try {
    const shrunk = await shrink(data, draw);
    scope.postMessage({ shrunk }, shrunk.thumb ? [shrunk.bytes, shrunk.thumb] : [shrunk.bytes]);
  } catch (error) {
    scope.postMessage({ error: String(error) });
  }
};

/** @type {import("./shrink.js").Draw} */
async function draw(picture, { left, top, width, height }, { w, h }, quality) {
  const canvas = new OffscreenCanvas(w, h);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, width, height, 0, 0, w, h);
  return canvas.convertToBlob({ type: "image/jpeg", quality });
}

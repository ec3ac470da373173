// Making a photo small: decoded once, turned upright, at most 1600 px, as JPEG without metadata; runs on both sides.

import { sha256 } from "../core/hash.js";
import { jpegSize } from "../core/jpeg.js";

const LONG_EDGE = 1600;
const QUALITY = 0.75;
const THUMB = 192;

/**
 * @typedef {object} Shrunk
 * @property {ArrayBuffer} bytes
 * @property {ArrayBuffer | null} thumb null: could not be made
 * @property {string} mime
 * @property {number} w 0: unknown
 * @property {number} h
 * @property {string} sha of bytes
 * @property {{ sha: string, size: number } | null} orig of the file that was given
 */

/**
 * Draws one part of a picture to a JPEG; the page and the worker have different canvases.
 * @callback Draw
 * @param {ImageBitmap} picture
 * @param {{ left: number, top: number, width: number, height: number }} part
 * @param {{ w: number, h: number }} size
 * @param {number} quality
 * @returns {Promise<Blob>}
 */

/**
 * @param {Blob} blob
 * @param {Draw} draw
 * @returns {Promise<Shrunk>}
 */
export async function shrink(blob, draw) {
  const given = await blob.arrayBuffer();
  const orig = { sha: await sha256(given), size: given.byteLength };
  const stored = jpegSize(new Uint8Array(given));
  // Decoding straight to a small size needs a third less memory than an image and a canvas. Which edge is the upright
  // width is not known yet, so the width is at most 1600 here, and drawing brings the height there too.
  const isLarge = !stored || Math.max(stored.w, stored.h) > LONG_EDGE;
  const picture = await createImageBitmap(blob, {
    imageOrientation: "from-image",
    ...(stored && isLarge
      ? { resizeWidth: Math.min(LONG_EDGE, Math.max(stored.w, stored.h)), resizeQuality: "high" }
      : {}),
  });
  try {
    const { width, height } = picture;
    const scale = Math.min(1, LONG_EDGE / Math.max(width, height));
    const size = { w: Math.max(1, Math.round(width * scale)), h: Math.max(1, Math.round(height * scale)) };
    const side = Math.min(width, height);
    const middle = { left: (width - side) / 2, top: (height - side) / 2, width: side, height: side };
    const small = await draw(picture, { left: 0, top: 0, width, height }, size, QUALITY);
    const thumb = await draw(picture, middle, { w: THUMB, h: THUMB }, QUALITY);
    const bytes = await small.arrayBuffer();
    return { bytes, thumb: await thumb.arrayBuffer(), mime: "image/jpeg", ...size, sha: await sha256(bytes), orig };
  } finally {
    picture.close();
  }
}

// The camera inside the page: for phones whose camera app pushes the web app out of memory.

import { Trouble } from "../core/trouble.js";

const LONG_EDGE = 2048;

/** @returns {boolean} a phone with little memory, as far as it says */
export function preferViewfinder() {
  const { deviceMemory } = /** @type {{ deviceMemory?: number }} */ (/** @type {unknown} */ (navigator));
  return deviceMemory !== undefined && deviceMemory <= 3;
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<{ shoot(): Promise<Blob>, close(): void }>}
 */
export async function openViewfinder(video) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: "environment" }, width: { ideal: LONG_EDGE }, height: { ideal: LONG_EDGE } },
      audio: false,
    });
  } catch (error) {
    throw new Trouble(
      "camera-refused",
      "Không mở được máy ảnh trong ứng dụng. Hãy cho phép dùng máy ảnh hoặc chọn cách chụp khác.",
      {
        cause: String(error),
      },
    );
  }
  video.srcObject = stream;
  video.muted = true;
  video.playsInline = true;
  await video.play();
  return {
    shoot: () => grab(video),
    close() {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    },
  };
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<Blob>}
 */
async function grab(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(video, 0, 0);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  // iOS counts the memory of every canvas until it is small again.
  canvas.width = 1;
  canvas.height = 1;
  if (!blob) throw new Trouble("camera-refused", "Máy ảnh không trả về ảnh. Hãy chụp lại.");
  return blob;
}

// Photos of a visit: taken in, kept with their operation in one transaction, and shown again.

import { photoBytes } from "../store/photos.js";
import { keepMeta, meta } from "../store/work.js";
import { current } from "./here.js";
import { inMemory } from "./live.js";
import { write } from "./writing.js";

/**
 * @typedef {import("../types.d.ts").Op} Op
 * @typedef {import("../types.d.ts").PhotoSource} PhotoSource
 */

/** One photo at a time: two decoders at once are what gets a small phone's app killed. @type {Promise<unknown>} */
let last = Promise.resolve();
/** @type {Map<string, string>} */
const thumbs = new Map();

/**
 * @param {string} visitId
 * @param {string} item "" for the visit itself
 * @param {Blob} blob
 * @param {PhotoSource} src
 * @returns {Promise<{ op: Op, sha: string }>}
 */
export function addPhoto(visitId, item, blob, src) {
  const turn = last.catch(() => {}).then(() => develop(visitId, item, blob, src)); // whoever took it was told
  last = turn;
  return turn;
}

/**
 * @param {string} visitId
 * @param {string} item
 * @param {Blob} blob
 * @param {PhotoSource} src
 */
async function develop(visitId, item, blob, src) {
  const { developPhoto } = await import("../device/photo.js");
  const { bytes, thumb, mime, w, h, sha, orig } = await developPhoto(blob);
  const size = bytes.byteLength;
  const facts = { sha, size, mime, w, h, src, ...(orig ? { orig } : {}) };
  const row = { insp: visitId, sha, size, mime, t: Date.now(), offset: 0, complete: false, mismatches: 0, help: null };
  const written = await write(
    visitId,
    { k: "photo", i: item, ...facts },
    { photo: { row: { ...row, left: 1 }, bytes, thumb } },
  );
  return { op: /** @type {{ op: Op }} */ (written).op, sha };
}

/**
 * @param {string} visitId
 * @param {string} sha
 * @param {"thumb" | "full" | "before"} size before: of an earlier visit, as it was taken along
 * @returns {Promise<string | null>} a blob: address when the phone has it, else the server's; null when it cannot be had
 */
export async function photoUrl(visitId, sha, size) {
  const { db } = current();
  if (size === "before") return beforeUrl(visitId, sha);
  const known = size === "thumb" ? thumbs.get(sha) : undefined;
  if (known) return known;
  const bytes = (size === "thumb" && (await photoBytes(db, sha, "thumbs"))) || (await photoBytes(db, sha));
  if (bytes) {
    const url = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    if (size === "thumb") thumbs.set(sha, url);
    return url;
  }
  const whole = await inMemory(visitId);
  const isKnown = Object.values(whole?.visit.state.photos ?? {}).some((list) =>
    list.some((photo) => photo.sha === sha),
  );
  if (!isKnown || !navigator.onLine) return null;
  return `/api/v1/blobs/${visitId}/${sha}/${size === "thumb" ? "thumb" : "view"}`;
}

/**
 * @param {string} visitId
 * @param {string} sha
 */
async function beforeUrl(visitId, sha) {
  const key = `before ${sha}`;
  const bytes = thumbs.has(key) ? null : await photoBytes(current().db, sha, "before");
  if (bytes) thumbs.set(key, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
  return thumbs.get(key) ?? (navigator.onLine ? `/api/v1/visits/${visitId}/before/${sha}` : null);
}

/** Nobody is here any more. */
export function forgetPictures() {
  for (const url of thumbs.values()) URL.revokeObjectURL(url);
  thumbs.clear();
}

/**
 * The camera app is about to take the screen, and may push this app out of memory.
 * @param {string} visitId
 * @param {string} item
 */
export async function beginCapture(visitId, item) {
  await keepMeta(current().db, "capture", { insp: visitId, item, t: Date.now() });
}

export async function clearCapture() {
  await keepMeta(current().db, "capture", null);
}

/** @returns {Promise<{ insp: string, item: string, t: number } | null>} a photo that was being taken when the app died */
export async function pendingCapture() {
  return (await meta(current().db, "capture")) ?? null;
}

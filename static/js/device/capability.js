// Whether this phone can be trusted with a day's work: tried for real, not asked.

import { sha256 } from "../core/hash.js";

/**
 * @typedef {import("../types.d.ts").Capability} Capability
 * @typedef {import("../types.d.ts").Level} Level
 */

const NAME = "inspect-trial";
const ROOM = 200 * 1024 * 1024;

/** @type {Promise<Capability> | null} */
let known = null;

/** @returns {Promise<Capability>} tried once per start */
export function capability() {
  known ??= tryAll();
  return known;
}

/** Try again, after the person changed something (installed it, freed room). */
export function tryAgain() {
  known = null;
  return capability();
}

/** @returns {Promise<Capability>} */
async function tryAll() {
  const installed = isInstalled();
  const persisted = await isPersisted();
  /** @type {Capability["checks"]} */
  const checks = [];
  /**
   * @param {string} code
   * @param {Level} level
   * @param {string} text
   */
  const note = (code, level, text) => checks.push({ code, level, text });

  if (!isSecureContext)
    note("secure", "red", "Địa chỉ này không được mã hóa (https); ứng dụng không thể làm việc ngoại tuyến.");
  if (!("locks" in navigator)) note("locks", "red", "Trình duyệt quá cũ (thiếu Web Locks). Hãy cập nhật trình duyệt.");
  const storage = await tryStorage();
  if (storage === "ok") note("storage", "green", "Ghi và đọc lại trên máy: tốt.");
  else note("storage", "red", `Không ghi được dữ liệu lên máy: ${storage}`);
  if (!("serviceWorker" in navigator))
    note("offline", "red", "Trình duyệt không mở được ứng dụng khi mất mạng (thường do cửa sổ ẩn danh).");

  if (installed) note("installed", "green", "Đã cài trên màn hình chính.");
  else if (isApple())
    note(
      "installed",
      "red",
      "Chưa cài trên màn hình chính: Safari xóa dữ liệu sau 7 ngày không dùng. Chọn Chia sẻ → Thêm vào MH chính.",
    );
  else note("installed", "amber", "Chưa cài trên màn hình chính. Hãy cài để dữ liệu không bị trình duyệt dọn.");
  if (persisted) note("persisted", "green", "Trình duyệt cam kết giữ dữ liệu.");
  else note("persisted", "amber", "Trình duyệt chưa cam kết giữ dữ liệu: hãy cài ứng dụng và gửi dữ liệu trong ngày.");
  if (await isPrivate(persisted)) note("private", "red", "Có vẻ đang ở chế độ ẩn danh: dữ liệu mất khi đóng cửa sổ.");

  const level = /** @type {Level[]} */ (["red", "amber"]).find((each) => checks.some((check) => check.level === each));
  return { level: level ?? "green", installed, persisted, checks };
}

function isInstalled() {
  const { standalone } = /** @type {{ standalone?: boolean }} */ (/** @type {unknown} */ (navigator));
  return standalone === true || matchMedia("(display-mode: standalone), (display-mode: fullscreen)").matches;
}

function isApple() {
  return (
    /iPhone|iPad|iPod/.test(navigator.userAgent) ||
    (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
  );
}

async function isPersisted() {
  if (!navigator.storage?.persist) return false;
  return (await navigator.storage.persisted()) || (await navigator.storage.persist());
}

/**
 * A private window has a small room and no promise. The quota is never trusted for more than this guess.
 * @param {boolean} persisted
 */
async function isPrivate(persisted) {
  if (persisted || !navigator.storage?.estimate) return false;
  const { quota } = await navigator.storage.estimate();
  return quota !== undefined && quota < ROOM;
}

/**
 * A strict write of bytes, read back by another transaction and compared by hash.
 * @returns {Promise<string>} "ok", or what went wrong
 */
async function tryStorage() {
  try {
    const db = await request(() => {
      const opening = indexedDB.open(NAME, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("trial");
      return opening;
    });
    try {
      const bytes = crypto.getRandomValues(new Uint8Array(4096)).buffer;
      const writing = db.transaction(["trial"], "readwrite", { durability: "strict" });
      writing.objectStore("trial").put(bytes, "bytes");
      await new Promise((resolve, reject) => {
        writing.oncomplete = resolve;
        writing.onabort = () => reject(writing.error);
      });
      const read = await request(() => db.transaction(["trial"]).objectStore("trial").get("bytes"));
      return (await sha256(read)) === (await sha256(bytes)) ? "ok" : "đọc lại không giống.";
    } finally {
      db.close();
    }
  } catch (error) {
    return String(error);
  }
}

/**
 * @template T
 * @param {() => IDBRequest<T>} make
 * @returns {Promise<T>}
 */
function request(make) {
  return new Promise((resolve, reject) => {
    const made = make();
    made.onsuccess = () => resolve(made.result);
    made.onerror = () => reject(made.error);
  });
}

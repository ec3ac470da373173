// Who works on this phone, as the first screen needs it. Small: everything that waits for a tap is loaded by that tap.

import { Trouble } from "../core/trouble.js";
import { capability } from "../device/capability.js";
import { online, watchNetwork } from "../device/network.js";
import { onStorageTrouble } from "../store/database.js";
import { setting, takeBallast, whoIsHere } from "../store/phone.js";
import { subscribe, tell } from "./events.js";
import { card, somebody } from "./here.js";

export { capability, subscribe };

/**
 * @typedef {import("../types.d.ts").Capability} Capability
 * @typedef {import("../types.d.ts").ExportFile} ExportFile
 * @typedef {import("../types.d.ts").User} User
 */

/**
 * @typedef {{ screen: "sign-in" | "unlock" | "field" | "unable", user: User | null, users: User[],
 *   capability: Capability | null }} Opening
 */

/** What to say when somebody leaves the PIN out. */
export const PIN_SKIPPED =
  "Không có mã PIN, ai cầm máy này cũng mở được ứng dụng và xem hồ sơ chưa gửi. Có thể đặt mã PIN sau trong phần Máy và dữ liệu.";

/** Without these nothing can be kept here. */
const NEEDED = ["secure", "locks", "storage"];

let isStarted = false;
let isUpdateReady = false;
/** The first time: the service worker is on its way. @type {Promise<unknown>} */
let worker = Promise.resolve();

/** How often the phone is asked who works on it: for some four seconds in all. */
const TRIES = 5;

/** So long somebody who signs in may wait for the service worker, which brings in one file what else would be sixty. */
const PATIENCE = 8_000;

/**
 * capability: null where somebody has worked on this phone before; then it is tried behind the first screen, because
 * the trial writes, and nobody should wait for it each morning.
 * @returns {Promise<Opening>}
 */
export async function openApp() {
  start();
  const here = await whoWasHere();
  if (!here) return unreadable();
  const { everybody, last: id } = here;
  const users = everybody.map(card);
  const at = somebody()?.person.id;
  const last = everybody.find((each) => each.id === at) ?? everybody.find((each) => each.id === id);
  if (!last) {
    const phone = await capability();
    const screen = isUnable(phone) ? "unable" : "sign-in";
    return { screen, user: null, users, capability: phone };
  }
  // Without a PIN the app opens for whoever was last: asking for nothing is honest, a lock without a key is not; and
  // demanding the server's password would keep an inspector without network from their own day's work.
  if (last.pin && at !== last.id) return { screen: "unlock", user: card(last), users, capability: null };
  if (at !== last.id) await (await entering()).enter(last);
  return { screen: "field", user: card(last), users, capability: null };
}

/**
 * Nobody is asked to sign in for the first time because the disk was slow: whose work is here is not known yet.
 * @returns {Promise<Opening>}
 */
async function unreadable() {
  const phone = await capability();
  if (isUnable(phone)) return { screen: "unable", user: null, users: [], capability: phone };
  throw new Trouble(
    "not-readable",
    "Lúc này chưa đọc được dữ liệu trên máy. Dữ liệu đã ghi vẫn còn nguyên; đóng hẳn ứng dụng, chờ một phút rồi mở lại.",
  );
}

/**
 * A browser that died a moment ago may still hold its files: to take that for a new phone would send an inspector without
 * network away from their own work. Where it cannot be read at all (null), the trial finds out why.
 */
async function whoWasHere() {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return await whoIsHere();
    } catch (error) {
      reportError(error);
      await new Promise((resolve) => setTimeout(resolve, 250 * tries));
    }
  }
  return null;
}

/** @param {Capability} phone */
function isUnable({ checks }) {
  return checks.some(({ code, level }) => level === "red" && NEEDED.includes(code));
}

async function entering() {
  await worker;
  return import("./entering.js");
}

/** @param {Promise<unknown>} starting */
function workerCame(starting) {
  return new Promise((resolve) => {
    const { serviceWorker } = navigator;
    serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    // It is here and was passed by (a forced reload): nothing will change.
    void serviceWorker.getRegistration().then((known) => known?.active && resolve(null), resolve);
    starting.catch(resolve); // a window without service workers gets the files one by one
    setTimeout(resolve, PATIENCE);
  });
}

/** @returns {User | null} */
export function signedInUser() {
  const here = somebody();
  return here ? card(here.person) : null;
}

/**
 * Over the network; also the way back after the session ended. Nothing on the phone is touched by it.
 * @param {string} username
 * @param {string} password
 * @returns {Promise<{ user: User, askPin: boolean }>}
 */
export async function signIn(username, password) {
  return (await entering()).signIn(username, password);
}

/** @param {string} pin six digits; "" for none */
export async function setPin(pin) {
  return (await entering()).setPin(pin);
}

/**
 * While a name or a PIN is typed: what it opens is fetched, and the database of whose PIN it is opened.
 * @param {string} [userId]
 */
export async function prepare(userId) {
  const ready = await entering();
  if (userId) ready.prepare(userId);
}

/** The list of visits stands: fetch what it opens, so that all of it works without network. */
export async function keepOffline() {
  await (await import("./update.js")).takeRest();
}

/** @returns {Promise<boolean>} the whole application is on this phone; "offline" tells when it comes to be */
export async function offlineReady() {
  return (await import("./update.js")).isWhole();
}

/**
 * @param {string} pin
 * @param {string} [userId] whose; who was here last when left out
 * @returns {Promise<{ ok: true, user: User } | { ok: false, seconds: number, tries: number }>}
 */
export async function unlock(pin, userId) {
  return (await entering()).unlock(pin, userId ?? (await setting("last")));
}

/** Back to the PIN. */
export async function lock() {
  return (await entering()).lock();
}

/**
 * @param {"send" | "lock" | "export"} mode
 * @returns {Promise<{ left: { ops: number, photos: number }, file?: ExportFile }>}
 */
export async function signOut(mode) {
  return (await entering()).signOut(mode);
}

/** @returns {boolean} a new version waits */
export function updateReady() {
  return isUpdateReady;
}

/** Flush what is being typed, let the new version in, reload once. */
export async function applyUpdate() {
  return (await import("./update.js")).applyUpdate();
}

function start() {
  if (isStarted) return;
  isStarted = true;
  subscribe((event) => {
    if (event.kind === "update") isUpdateReady = event.ready;
  });
  onStorageTrouble({
    trouble: (level, error) => tell({ kind: "storage", level, message: sayStorage(level, error) }),
  });
  watchNetwork((isOnline) => {
    tell({ kind: "network", online: isOnline });
    if (isOnline) void endOwedSession();
  });
  // After the first screen, not before it: on a slow link every kilobyte of these would stand in its way.
  const loaded = new Promise((resolve) => {
    if (document.readyState === "complete") setTimeout(resolve, 500);
    else addEventListener("load", () => setTimeout(resolve, 500));
  });
  const updates = loaded.then(() => import("./update.js")).then(({ startUpdates }) => startUpdates());
  updates.catch(() => {}); // the capability check tells where there are no service workers
  const { serviceWorker } = navigator;
  if (serviceWorker && !serviceWorker.controller) worker = workerCame(updates);
  void loaded.then(later);
}

async function later() {
  const phone = await capability();
  if (isUnable(phone)) {
    const texts = phone.checks.filter(({ level }) => level === "red").map(({ text }) => text);
    tell({ kind: "storage", level: "failing", message: texts.join(" ") });
  }
  await takeBallast();
  if (online()) await endOwedSession();
}

async function endOwedSession() {
  if (await setting("endSession")) await (await entering()).endOwedSession();
}

/**
 * @param {"low" | "failing"} level
 * @param {unknown} error
 */
function sayStorage(level, error) {
  return level === "low"
    ? "Máy sắp hết chỗ. Câu trả lời vẫn ghi được; hãy gửi dữ liệu và xóa bớt ảnh, video khác trên máy."
    : `Không lưu được vào máy (${String(error)}). Phần đã lưu vẫn an toàn; hãy xuất dữ liệu chưa gửi.`;
}

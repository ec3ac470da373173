// Who works on this phone: sign-in, the PIN that opens it without network, locking and leaving. Small, because it
// is the first thing loaded; everything about visits is in field.js.

import { Trouble } from "../core/trouble.js";
import { uuid7 } from "../core/uuid7.js";
import { capability } from "../device/capability.js";
import { online, watchNetwork } from "../device/network.js";
import { isPin, isRight, makePin, waitAfter } from "../device/pin.js";
import { onStorageTrouble } from "../store/database.js";
import { changePerson, keepPerson, keepSetting, people, setting, takeBallast } from "../store/phone.js";
import { keepMeta, meta, workOf } from "../store/work.js";
import { call } from "./api.js";
import { emit, tell } from "./events.js";
import { settle, somebody } from "./here.js";

export { subscribe } from "./events.js";
export { applyUpdate, updateReady } from "./update.js";
export { capability };

/**
 * @typedef {import("../store/phone.js").Person} Person
 * @typedef {import("../types.d.ts").Capability} Capability
 * @typedef {import("../types.d.ts").ExportFile} ExportFile
 * @typedef {import("../types.d.ts").User} User
 */

/** What to say when somebody leaves the PIN out. */
export const PIN_SKIPPED =
  "Không có mã PIN, ai cầm máy này cũng mở được ứng dụng và xem hồ sơ chưa gửi. Có thể đặt mã PIN sau trong phần Tài khoản.";

/** The PIN was asked since this person's last time; a reload within the same sitting asks again. @type {Person | null} */
let asked = null;
let isStarted = false;

/** @returns {Promise<{ screen: "sign-in" | "unlock" | "field" | "unable", user: User | null, users: User[], capability: Capability }>} */
export async function openApp() {
  start();
  const phone = await capability();
  const cannot = phone.checks.some(
    ({ code, level }) => level === "red" && ["secure", "locks", "storage"].includes(code),
  );
  if (cannot) return { screen: "unable", user: null, users: [], capability: phone };
  const everybody = await people();
  const users = everybody.map(card);
  const last = everybody.find(({ id }) => id === somebody()?.person.id) ?? (await lastPerson(everybody));
  if (!last) return { screen: "sign-in", user: null, users, capability: phone };
  // Without a PIN the app opens for whoever was last: asking for nothing is honest, a lock without a key is not; and
  // demanding the server's password would keep an inspector without network from their own day's work.
  if (last.pin && somebody()?.person.id !== last.id) {
    asked = last;
    return { screen: "unlock", user: card(last), users, capability: phone };
  }
  await enter(last);
  return { screen: "field", user: card(last), users, capability: phone };
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
  const name = username.trim();
  const known = (await people()).find((each) => each.username.toLowerCase() === name.toLowerCase());
  const device = known ? await deviceOf(known) : uuid7();
  const answer = await call("POST", "/session", {
    json: { username: name, password, device: { id: device, name: deviceName() } },
  });
  if (answer.status !== 200) throw refusal(answer);
  const { user } = answer.data;
  /** @type {Person} */
  const person = {
    id: user.id,
    username: user.username,
    name: user.name,
    title: user.title,
    role: user.role,
    agency: user.agency,
    device,
    pin: known?.pin ?? null,
    session: "valid",
    seen: Date.now(),
  };
  await keepPerson(person);
  await enter(person);
  const { resume } = await import("./runner.js");
  resume();
  emit({ kind: "session", user: card(person), why: "signed-in" });
  return { user: card(person), askPin: person.pin === null };
}

/** @param {string} pin six digits; "" for none */
export async function setPin(pin) {
  const here = somebody();
  if (!here) throw new Trouble("locked", "Hãy đăng nhập trước khi đặt mã PIN.");
  if (pin !== "" && !isPin(pin)) throw new Trouble("pin-shape", "Mã PIN gồm đúng 6 chữ số.");
  const made = pin === "" ? null : await makePin(pin);
  here.person.pin = made;
  await changePerson(here.person.id, (person) => {
    person.pin = made;
  });
}

/**
 * @param {string} pin
 * @param {string} [userId] whose; the one the app was opened for when left out
 * @returns {Promise<{ ok: true, user: User } | { ok: false, seconds: number, tries: number }>}
 */
export async function unlock(pin, userId = asked?.id) {
  const person = (await people()).find(({ id }) => id === userId);
  if (!person?.pin) throw new Trouble("no-pin", "Người này chưa đặt mã PIN trên máy. Hãy đăng nhập bằng mật khẩu.");
  const { notBefore } = person.pin;
  if (Date.now() < notBefore) return { ok: false, seconds: secondsUntil(notBefore), tries: person.pin.tries };
  if (await isRight(pin, person.pin)) {
    const opened = await changePerson(person.id, (kept) => {
      if (kept.pin) Object.assign(kept.pin, { tries: 0, notBefore: 0 });
      kept.seen = Date.now();
    });
    await enter(opened);
    return { ok: true, user: card(opened) };
  }
  const kept = await changePerson(person.id, ({ pin: wrong }) => {
    if (!wrong) return;
    wrong.tries += 1;
    wrong.notBefore = Date.now() + waitAfter(wrong.tries);
  });
  return { ok: false, seconds: secondsUntil(kept.pin?.notBefore ?? 0), tries: kept.pin?.tries ?? 0 };
}

/** Back to the PIN. */
export async function lock() {
  const here = somebody();
  if (!here?.person.pin) return;
  await leave();
  asked = here.person;
  emit({ kind: "session", user: card(here.person), why: "locked" });
}

/**
 * @param {"send" | "lock" | "export"} mode
 * @returns {Promise<{ left: { ops: number, photos: number }, file?: ExportFile }>}
 */
export async function signOut(mode) {
  const here = somebody();
  if (!here) return { left: { ops: 0, photos: 0 } };
  const field = await import("./field.js");
  await field.flushDrafts();
  const { unsent } = mode === "send" ? await field.syncNow() : field.syncState();
  const left = { ops: unsent.ops, photos: unsent.photos };
  if (mode === "send" && left.ops + left.photos > 0) return { left };
  const file = mode === "export" ? await field.exportUnsent() : undefined;
  await changePerson(here.person.id, (person) => {
    person.session = "expired";
  });
  await keepSetting("last", null);
  // Without network the cookie stays: it is told as soon as the server can be reached, before anything else is.
  if (!(await endSession())) await keepSetting("endSession", true);
  await leave();
  asked = null;
  emit({ kind: "session", user: null, why: "signed-out" });
  return { left, ...(file ? { file } : {}) };
}

async function endSession() {
  const { status } = await call("DELETE", "/session");
  return status === 204 || status === 401;
}

/** @param {Person} person */
async function enter(person) {
  if (somebody()?.person.id === person.id) {
    const here = /** @type {NonNullable<ReturnType<typeof somebody>>} */ (somebody());
    settle({ person, db: here.db });
    await keepSetting("last", person.id);
    return;
  }
  const [{ startField, leaveField }] = await Promise.all([import("./start.js"), leave()]);
  const db = workOf(person.id);
  if ((await meta(db, "device")) !== person.device) {
    // A new database, or one that the browser emptied: its numbers begin at 1, so it must be a device of its own.
    if ((await meta(db, "device")) === undefined) await keepMeta(db, "device", person.device);
    else person.device = await meta(db, "device");
    await keepPerson(person);
  }
  settle({ person, db });
  await keepSetting("last", person.id);
  asked = null;
  leaving = leaveField;
  await startField();
}

/** @type {() => Promise<void>} */
let leaving = async () => {};

async function leave() {
  await leaving();
  settle(null);
}

/**
 * The device number of somebody known. When the browser emptied their database it begins anew, as another device.
 * @param {Person} person
 */
async function deviceOf(person) {
  const here = somebody();
  if (here?.person.id === person.id) return person.device;
  const db = workOf(person.id);
  try {
    return (await meta(db, "device")) ?? uuid7();
  } finally {
    db.close();
  }
}

/** @param {Person[]} everybody */
async function lastPerson(everybody) {
  const id = await setting("last");
  return everybody.find((person) => person.id === id) ?? null;
}

/** @param {Person} person @returns {User} */
function card({ id, username, name, title, role, agency, pin, session }) {
  return { id, username, name, title, role, agency, hasPin: pin !== null, session };
}

/** @param {import("./api.js").Answer} answer */
function refusal({ status, code, message, headers }) {
  if (status === 0) {
    return new Trouble(
      "no-network",
      "Chưa kết nối được máy chủ. Lần đăng nhập đầu tiên cần có mạng; dữ liệu trên máy vẫn an toàn.",
    );
  }
  if (status === 401) return new Trouble("wrong-password", "Tên đăng nhập hoặc mật khẩu không đúng.");
  if (status === 429) {
    const seconds = Number(headers.get("Retry-After")) || 60;
    return new Trouble("too-many-tries", `Đã thử quá nhiều lần. Hãy đợi ${seconds} giây rồi thử lại.`, { seconds });
  }
  return new Trouble(
    code || "server-trouble",
    message || "Máy chủ chưa trả lời được. Hãy thử lại sau ít phút; dữ liệu trên máy vẫn an toàn.",
  );
}

/** @param {number} moment ms */
function secondsUntil(moment) {
  return Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}

function deviceName() {
  const { userAgent } = navigator;
  const system =
    /Android [\d.]+; ([^;)]+)/.exec(userAgent)?.[1] ??
    /iPhone|iPad|Windows|Macintosh|Linux/.exec(userAgent)?.[0] ??
    "?";
  const browser = /(Firefox|Edg|SamsungBrowser|Chrome|CriOS|Safari)\/[\d.]+/.exec(userAgent)?.[1] ?? "?";
  return `${system}, ${browser}`.slice(0, 120);
}

function start() {
  if (isStarted) return;
  isStarted = true;
  onStorageTrouble({
    trouble: (level, error) =>
      tell({
        kind: "storage",
        level,
        message:
          level === "low"
            ? "Máy sắp hết chỗ: đã dùng phần dự trữ để lưu. Hãy gửi dữ liệu và xóa bớt ảnh, video khác trên máy."
            : `Không lưu được vào máy (${String(error)}). Phần đã lưu vẫn an toàn; hãy xuất dữ liệu chưa gửi.`,
      }),
  });
  watchNetwork((isOnline) => {
    tell({ kind: "network", online: isOnline });
    if (isOnline) void endOwedSession();
  });
  if (online()) void endOwedSession();
  // Beside the first screen, not before it.
  const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ then) => setTimeout(then, 2_000));
  idle(() => {
    void takeBallast();
    void import("./update.js").then(({ startUpdates }) => startUpdates());
  });
}

/** A sign-out that the server has not heard of yet. */
async function endOwedSession() {
  if (!(await setting("endSession")) || somebody()) return;
  if (await endSession()) await keepSetting("endSession", false);
}

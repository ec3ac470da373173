// Coming and going: sign-in over the network, the PIN without it, locking and leaving. Loaded when somebody does it.

import { Trouble } from "../core/trouble.js";
import { uuid7 } from "../core/uuid7.js";
import { isPin, isRight, makePin, waitAfter } from "../device/pin.js";
import { changePerson, keepPerson, keepSetting, people, setting } from "../store/phone.js";
import { keepMeta, meta, workOf } from "../store/work.js";
import { call } from "./api.js";
import { flushDrafts } from "./drafts.js";
import { emit } from "./events.js";
import { exportUnsent, syncNow, syncState } from "./field.js";
import { card, settle, somebody } from "./here.js";
import { resume } from "./runner.js";
import { leaveField, startField } from "./start.js";

/**
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/phone.js").Person} Person
 * @typedef {import("../types.d.ts").ExportFile} ExportFile
 * @typedef {import("../types.d.ts").User} User
 */

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
    serverKey: answer.data.server_key ?? null,
    agencyKey: answer.data.agency_key ?? null,
  };
  await keepPerson(person);
  // The session that was to be ended is replaced by this one.
  await keepSetting("endSession", false);
  await enter(person);
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
 * @param {string | undefined} userId whose
 * @returns {Promise<{ ok: true, user: User } | { ok: false, seconds: number, tries: number }>}
 */
export async function unlock(pin, userId) {
  const person = (await people()).find(({ id }) => id === userId);
  if (!person?.pin) throw new Trouble("no-pin", "Người này chưa đặt mã PIN trên máy. Hãy đăng nhập bằng mật khẩu.");
  const { notBefore } = person.pin;
  if (Date.now() < notBefore) return { ok: false, seconds: secondsUntil(notBefore), tries: person.pin.tries };
  prepare(person.id);
  if (await isRight(pin, person.pin)) {
    const opened = { ...person, pin: { ...person.pin, tries: 0, notBefore: 0 }, seen: Date.now() };
    // Behind the screen: nobody waits for this to be on the disk, and a full phone must open too.
    void changePerson(person.id, (kept) => {
      if (kept.pin) Object.assign(kept.pin, { tries: 0, notBefore: 0 });
      kept.seen = opened.seen;
    }).catch(reportError);
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
  emit({ kind: "session", user: card(here.person), why: "locked" });
}

/**
 * @param {"send" | "lock" | "export"} mode
 * @returns {Promise<{ left: { ops: number, photos: number }, file?: ExportFile }>}
 */
export async function signOut(mode) {
  const here = somebody();
  if (!here) return { left: { ops: 0, photos: 0 } };
  await flushDrafts();
  const { unsent } = mode === "send" ? await syncNow() : syncState();
  const left = { ops: unsent.ops, photos: unsent.photos };
  if (mode === "send" && left.ops + left.photos > 0) return { left };
  const file = mode === "export" ? await exportUnsent() : undefined;
  await changePerson(here.person.id, (person) => {
    person.session = "expired";
  });
  await keepSetting("last", null);
  // Without network the cookie stays: it is told as soon as the server can be reached, before anything else is.
  if (!(await endSession())) await keepSetting("endSession", true);
  await leave();
  emit({ kind: "session", user: null, why: "signed-out" });
  return { left, ...(file ? { file } : {}) };
}

async function endSession() {
  const { status } = await call("DELETE", "/session");
  return status === 204 || status === 401;
}

/** The database of whoever will probably come in, opened ahead. @type {{ id: string, db: Database } | null} */
let ahead = null;

/**
 * While the PIN is typed and stretched: nothing is read, but the database is open when it is right.
 * @param {string} id
 */
export function prepare(id) {
  if (ahead?.id === id || somebody()) return;
  ahead?.db.close();
  ahead = { id, db: workOf(id) };
  ahead.db.connection().catch(() => {}); // whoever needs it is told
}

/** @param {string} id */
function databaseOf(id) {
  const found = ahead?.id === id ? ahead.db : null;
  if (!found) ahead?.db.close();
  ahead = null;
  return found ?? workOf(id);
}

/**
 * This person is at the phone from now on.
 * @param {Person} person
 */
export async function enter(person) {
  const here = somebody();
  if (here?.person.id === person.id) {
    settle({ person, db: here.db });
    await keepSetting("last", person.id);
    return;
  }
  await leave();
  const db = databaseOf(person.id);
  const device = await meta(db, "device");
  if (device !== person.device) {
    // A new database, or one that the browser emptied: its numbers begin at 1, so it must be a device of its own.
    if (device === undefined) await keepMeta(db, "device", person.device);
    else person.device = device;
    await keepPerson(person);
  }
  settle({ person, db });
  void keepSetting("last", person.id).catch(reportError);
  await startField();
}

async function leave() {
  if (somebody()) {
    await flushDrafts();
    leaveField();
  }
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

/** A sign-out that the server has not heard of yet. */
export async function endOwedSession() {
  if (!(await setting("endSession")) || somebody()) return;
  if (await endSession()) await keepSetting("endSession", false);
}

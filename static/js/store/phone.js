// What the phone knows before anybody signed in: its people, who was last, and the ballast.

import { Database, onStorageTrouble } from "./database.js";

/**
 * @typedef {object} Pin
 * @property {string} salt hex
 * @property {number} iterations
 * @property {string} hash hex
 * @property {number} tries wrong ones in a row
 * @property {number} notBefore ms
 */

/**
 * @typedef {object} Person
 * @property {string} id
 * @property {string} username
 * @property {string} name
 * @property {string} title
 * @property {string} role
 * @property {{ id: string, name: string, short_name: string }} agency
 * @property {string} device this person's device number on this phone: two people on one phone are two devices,
 *   because each counts their own operations
 * @property {Pin | null} pin
 * @property {"valid" | "expired"} session
 * @property {number} seen ms
 * @property {NamedKey | null} [agencyKey] locks what leaves this phone as a file; absent before the first sign-in that told it
 * @property {NamedKey | null} [serverKey] what the server signs its receipts with
 */

/** @typedef {import("../types.d.ts").NamedKey} NamedKey */

const BALLAST_PIECES = 8;
const BALLAST_PIECE = 1_000_000;

export const phone = new Database("inspect-phone", 1, (db) => {
  db.createObjectStore("people", { keyPath: "id" });
  db.createObjectStore("settings");
  db.createObjectStore("ballast");
});

/** @returns {Promise<Person[]>} the last one first */
export async function people() {
  const all = await phone.read(["people"], (tx) => tx.objectStore("people").getAll());
  return all.sort((one, other) => other.seen - one.seen);
}

/** @returns {Promise<{ everybody: Person[], last: string | undefined }>} the last one first, in one reading */
export function whoIsHere() {
  return phone.read(["people", "settings"], async (tx) => {
    /** @type {[Person[], string | undefined]} */
    const [all, last] = await Promise.all([tx.objectStore("people").getAll(), tx.objectStore("settings").get("last")]);
    return { everybody: all.sort((one, other) => other.seen - one.seen), last };
  });
}

/** @param {Person} person */
export function keepPerson(person) {
  return phone.write(["people"], (tx) => tx.objectStore("people").put(person));
}

/**
 * @param {string} id
 * @param {(person: Person) => void} change
 * @returns {Promise<Person>}
 */
export function changePerson(id, change) {
  return phone.write(["people"], async (tx) => {
    const person = await tx.objectStore("people").get(id);
    change(person);
    await tx.objectStore("people").put(person);
    return person;
  });
}

/**
 * @param {string} key
 * @returns {Promise<any>}
 */
export function setting(key) {
  return phone.read(["settings"], (tx) => tx.objectStore("settings").get(key));
}

/**
 * @param {string} key
 * @param {unknown} value
 */
export function keepSetting(key, value) {
  return phone.write(["settings"], (tx) => tx.objectStore("settings").put(value, key));
}

/**
 * Eight megabytes that can be given up: on a full phone even a ten-byte answer fails, and after this is deleted
 * thousands of answers, a signature and the export still fit. Deletes it; true when there was some.
 */
export async function dropBallast() {
  const db = await phone.connection();
  const tx = db.transaction(["ballast"], "readwrite");
  const pieces = await tx.objectStore("ballast").count();
  if (pieces > 0) await tx.objectStore("ballast").clear();
  await tx.done;
  return pieces > 0;
}

/**
 * Take the ballast on board, when the phone has room.
 * @returns {Promise<boolean>} false: there was none
 */
export async function takeBallast() {
  const db = await phone.connection();
  if ((await db.count("ballast")) === BALLAST_PIECES) return true;
  try {
    for (let piece = 0; piece < BALLAST_PIECES; piece += 1) {
      const bytes = new Uint8Array(BALLAST_PIECE);
      // Chance, because zeros would be compressed to nothing.
      for (let at = 0; at < BALLAST_PIECE; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      await db.put("ballast", bytes.buffer, piece);
    }
    return true;
  } catch {
    await dropBallast();
    return false;
  }
}

onStorageTrouble({ room: dropBallast });

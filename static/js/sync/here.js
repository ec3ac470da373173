// Who works on this phone now, and their database. Nothing is read or written before somebody is here.

import { Trouble } from "../core/trouble.js";

/**
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/phone.js").Person} Person
 * @typedef {import("../types.d.ts").User} User
 */

/** @type {{ person: Person, db: Database } | null} */
let here = null;

/** @returns {{ person: Person, db: Database }} */
export function current() {
  if (!here) throw new Trouble("locked", "Ứng dụng đang khóa. Hãy mở khóa bằng mã PIN hoặc đăng nhập.");
  return here;
}

/** @returns {{ person: Person, db: Database } | null} */
export function somebody() {
  return here;
}

/** @param {{ person: Person, db: Database } | null} next */
export function settle(next) {
  if (here && here.db !== next?.db) here.db.close();
  here = next;
}

/**
 * What the screens may know of a person.
 * @param {Person} person
 * @returns {User}
 */
export function card({ id, username, name, title, role, agency, pin, session }) {
  return { id, username, name, title, role, agency, hasPin: pin !== null, session };
}

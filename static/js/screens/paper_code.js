// The record that is being signed: its fingerprint, read out short or in full, and the way to read it.

import { EDITION, partMarks, recordOf, recordText } from "../core/record.js";
import { hashText } from "../sync/field.js";
import { h, say } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { paperView } from "../ui/paper.js";

/** @typedef {import("../types.d.ts").Visit} Visit */

/**
 * What a signature signs: the hash of the record exactly as it is shown.
 * @param {Visit} visit
 */
export function codeOf(visit) {
  return hashText(recordText(recordOf(visit)));
}

/**
 * What a signature carries: that hash, the wording the record was made with, and a mark of each part, so that the office
 * can name what differs later.
 * @param {Visit} visit
 */
export async function signedOf(visit) {
  const record = recordOf(visit);
  return { shown: await hashText(recordText(record)), edition: EDITION, parts: partMarks(record) };
}

/**
 * Long enough to tell two papers apart, short enough to be read out: "3f2a 91c0 77de 0b45".
 * @param {string} hash
 */
export function shortHash(hash) {
  return (hash.slice(0, 16).match(/.{1,4}/g) ?? []).join(" ");
}

/** @param {string} href of the record to be read */
export function paperCode(href) {
  const code = h("b", { class: "paper-code" });
  const element = h(
    "div",
    { class: "stack" },
    h("a", { class: "button wide", href }, icon("list"), "Đọc biên bản"),
    h("p", {}, "Chữ ký xác nhận đã đọc đúng bản này, mã ", code),
  );
  return { element, update: (/** @type {string} */ hash) => say(code, shortHash(hash)) };
}

/**
 * As it is read, with its whole fingerprint.
 * @param {Visit} visit
 */
export async function wholePaper(visit) {
  const record = recordOf(visit);
  const hash = await hashText(recordText(record));
  return [
    paperView(record, true),
    h("p", { class: "paper-hash" }, "Mã SHA-256 của bản này: ", h("span", { class: "hash" }, hash)),
  ];
}

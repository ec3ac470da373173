// The summary that is signed: to be read by the other side, and the short form of the hash that a signature carries.

import { hashText } from "../sync/field.js";
import { h, say } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { paperText, paperView } from "../ui/paper.js";
import { openSheet } from "../ui/sheet.js";
import { summarise } from "./summary.js";

/** @typedef {import("../types.d.ts").Visit} Visit */

/**
 * What a signature signs: the hash of the summary exactly as it is shown.
 * @param {Visit} visit
 */
export function codeOf(visit) {
  return hashText(paperText(summarise(visit)));
}

/**
 * Long enough to tell two papers apart, short enough to be read out: "3f2a 91c0 77de 0b45".
 * @param {string} hash
 */
export function shortHash(hash) {
  return (hash.slice(0, 16).match(/.{1,4}/g) ?? []).join(" ");
}

/** @param {() => void} read opens the summary */
export function paperCode(read) {
  const code = h("b", { class: "paper-code" });
  const element = h(
    "div",
    { class: "stack" },
    h("button", { type: "button", class: "wide", onclick: read }, icon("list"), "Đọc bản tóm tắt"),
    h("p", {}, "Chữ ký xác nhận đã đọc đúng bản này, mã ", code),
  );
  return { element, update: (/** @type {string} */ hash) => say(code, shortHash(hash)) };
}

/**
 * Over the whole screen, to be held out to the other side.
 * @param {Visit} visit
 */
export async function readPaper(visit) {
  const paper = summarise(visit);
  const hash = await hashText(paperText(paper));
  await openSheet(
    "Bản tóm tắt",
    [paperView(paper), h("p", { class: "small" }, "Mã SHA-256 của bản này: ", h("span", { class: "hash" }, hash))],
    "full",
  );
}

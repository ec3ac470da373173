// The record over the whole screen, to be held out to the other side: large type, and nothing to press but back and sign.

import { visit as readVisit } from "../sync/field.js";
import { fill, h } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { wholePaper } from "./paper_code.js";
import { isReadOnly } from "./wording.js";

/** @type {import("./frame.js").OpenScreen} */
export async function open([id = "", role = ""], shell) {
  const visit = await readVisit(id);
  const main = h("main", { class: "page reading", id: "page", tabindex: "-1" }, await wholePaper(visit));
  /** Back to where they came from; an application that was started anew on this screen has no way back. */
  const leave = () => (history.length > 1 ? shell.back() : shell.go(`#/visit/${id}/review`));
  const back = h("button", { type: "button", class: "grow", onclick: leave }, icon("back"), "Quay lại");
  // From the pad of a signer: back to it. Otherwise to the list of signers.
  const toSign = () => (role && history.length > 1 ? shell.back() : shell.go(`#/visit/${id}/sign`));
  const sign = h("button", { type: "button", class: "primary grow", onclick: toSign }, icon("sign"), "Ký");
  sign.hidden = isReadOnly(visit);
  const bar = h("footer", { class: "bar" }, h("div", { class: "bar-row" }, back, sign));

  async function look() {
    fill(main, await wholePaper(visit));
  }

  return {
    element: h("div", { class: "frame" }, main, bar),
    title: "Biên bản kiểm tra",
    hear(event) {
      // Nobody may sign other words than those on the screen.
      if (event.kind === "visit" && event.id === id) void look().catch(shell.trouble);
    },
  };
}

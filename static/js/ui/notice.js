// Says in place what happened, what is safe and what to do: for empty, loading, failing and the other states.

import { fill, h } from "./element.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} NoticeView
 * @property {"plain" | "wait" | "bad" | "good"} tone
 * @property {string} title what happened
 * @property {string} [text] what is safe, what to do
 * @property {{ label: string, do: () => void, primary?: boolean }[]} [actions]
 */

/** @type {Record<NoticeView["tone"], import("./icons.js").IconName>} */
const SHAPES = { plain: "list", wait: "clock", bad: "warn", good: "check" };

/**
 * @param {NoticeView} view
 * @param {"banner" | "page"} [kind] a banner stands above a screen, a page is the whole of it
 */
export function notice(view, kind = "page") {
  const element = h("section", { class: `notice notice-${kind}`, "data-tone": view.tone });
  fill(
    element,
    icon(SHAPES[view.tone]),
    h(
      "div",
      { class: "notice-words" },
      h(kind === "page" ? "h2" : "p", { class: "notice-title" }, view.title),
      view.text && h("p", {}, view.text),
      view.actions?.length
        ? h(
            "div",
            { class: "notice-actions" },
            view.actions.map((each) =>
              h("button", { type: "button", class: each.primary ? "primary" : "", onclick: each.do }, each.label),
            ),
          )
        : null,
    ),
  );
  return element;
}

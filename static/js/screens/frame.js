// What every screen of the field has: the head with the sync word, the page, and the bar under the thumb.

import { syncState } from "../sync/field.js";
import { h } from "../ui/element.js";
import { header } from "../ui/header.js";

/**
 * @typedef {import("../types.d.ts").AppEvent} AppEvent
 * @typedef {import("../ui/header.js").HeaderView} HeaderView
 */

/**
 * @typedef {object} Screen what the router keeps of an open screen
 * @property {HTMLElement} element
 * @property {string} title of the window
 * @property {(event: AppEvent) => void} [hear]
 * @property {() => void} [shown] after it stands in the document
 * @property {() => void} [close] before it leaves
 */

/**
 * @typedef {object} Shell what a screen may ask of the router
 * @property {(hash: string) => void} go
 * @property {() => void} back
 * @property {(error: unknown) => void} trouble says a failure above the screen
 * @property {(text: string) => void} announce says something short that succeeded
 */

/** @typedef {(parameters: string[], shell: Shell) => Promise<Screen>} OpenScreen */

/**
 * @param {Omit<HeaderView, "sync">} view
 * @param {import("../ui/element.js").Child[]} content
 * @param {HTMLElement | null} [bar]
 */
export function frame(view, content, bar) {
  const head = header();
  const main = h("main", { class: "page", id: "page", tabindex: "-1" }, content);
  const element = h("div", { class: "frame" }, head.element, main, bar && h("footer", { class: "bar" }, bar));
  let current = view;

  /** @param {Partial<Omit<HeaderView, "sync">>} [changed] */
  function update(changed) {
    current = { ...current, ...changed };
    const { unsent, online, running, paused } = syncState();
    head.update({ ...current, sync: { unsent: unsent.ops + unsent.photos, online, running, paused } });
  }

  /** @param {AppEvent} event */
  function hear(event) {
    if (event.kind === "sync" || event.kind === "network" || event.kind === "session") update();
  }

  update();
  return { element, update, hear };
}

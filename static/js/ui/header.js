// The head of every screen: the way back, where one is, and the word that says where the data are.

import { h, say, show } from "./element.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} SyncView
 * @property {number} unsent operations and photos that only this phone holds
 * @property {boolean} online
 * @property {boolean} running
 * @property {"signed-out" | "wrong-user" | null} paused
 */

/**
 * @typedef {object} HeaderView
 * @property {string} title
 * @property {string} [back] where the chevron leads; none on the first screen
 * @property {SyncView} sync
 * @property {{ code: string, section: string, answered: number, visible: number }} [progress]
 */

/** The head of a screen. */
export function header() {
  const back = h("a", { class: "header-back", "aria-label": "Quay lại" }, icon("back"));
  const title = h("h1", { class: "header-title" });
  const network = h("span", { class: "sync-network" });
  const where = h("span", { class: "sync-where" });
  const sync = h("a", { class: "header-sync", href: "#/device" }, network, " ", where);
  const code = h("b", {});
  const section = h("span", { class: "header-section" });
  const count = h("span", { class: "header-count" });
  const done = h("div", { class: "meter-done" });
  const meter = h("div", { class: "meter", role: "progressbar", "aria-valuemin": "0" }, done);
  const second = h("div", { class: "header-progress" }, code, section, count, meter);
  const element = h("header", { class: "header" }, h("div", { class: "header-line" }, back, title, sync), second);

  /** @param {HeaderView} view */
  function update(view) {
    show(back, view.back !== undefined);
    if (view.back !== undefined) back.setAttribute("href", view.back);
    say(title, view.title);
    const words = syncWords(view.sync);
    say(network, words.network);
    show(network, words.network !== "");
    say(where, words.where);
    sync.dataset.state = words.state;
    sync.setAttribute(
      "aria-label",
      `Dữ liệu: ${[words.network, words.where].filter(Boolean).join(" ")}. Mở Máy và dữ liệu`,
    );
    show(second, view.progress !== undefined);
    if (view.progress) progress(view.progress);
  }

  /** @param {NonNullable<HeaderView["progress"]>} view */
  function progress(view) {
    say(code, view.code);
    say(section, view.section);
    say(count, `${view.answered}/${view.visible}`);
    meter.setAttribute("aria-valuemax", String(view.visible));
    meter.setAttribute("aria-valuenow", String(view.answered));
    meter.setAttribute("aria-label", `Đã trả lời ${view.answered} trên ${view.visible} mục`);
    done.style.setProperty("--part", String(view.visible ? view.answered / view.visible : 0));
  }

  return { element, update };
}

/**
 * A dropped connection is not an error: it is a word.
 * @param {SyncView} view
 */
export function syncWords(view) {
  const network = view.paused === "signed-out" ? "cần đăng nhập lại" : view.online ? "" : "mất mạng";
  if (view.unsent === 0) return { network, where: "đã gửi", state: "sent" };
  const where = view.running && view.online ? `đang gửi ${view.unsent}` : `trên máy ${view.unsent}`;
  return { network, where, state: view.paused ? "paused" : "on-phone" };
}

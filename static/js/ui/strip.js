// The strip at the foot of "Việc của tôi": what only this phone holds, since when, and the way to send it.

import { h, say, show, tell } from "./element.js";
import { age, clock, moment } from "./words.js";

/**
 * @typedef {object} StripView
 * @property {number} ops
 * @property {number} photos
 * @property {number | null} oldest milliseconds
 * @property {boolean} online
 * @property {boolean} running
 * @property {string | null} trouble what the last try said
 * @property {number | null} lastSuccess when the server last answered in full
 * @property {number} now
 */

/** The strip of what is unsent; tells "send". */
export function strip() {
  const what = h("p", { class: "strip-what" });
  const since = h("p", { class: "strip-since" });
  const send = h("button", { type: "button", class: "primary", onclick: () => tell(element, "send") }, "Gửi ngay");
  const element = h("div", { class: "strip" }, h("div", { class: "strip-words", role: "status" }, what, since), send);

  /** @param {StripView} view */
  function update(view) {
    const unsent = view.ops + view.photos;
    element.dataset.state = unsent ? "on-phone" : "sent";
    say(what, unsent ? `Chưa gửi ${quantity(view)}` : "Mọi thứ đã gửi.");
    say(since, unsent ? explain(view) : contact(view));
    show(send, unsent > 0);
    send.disabled = view.running;
    say(send, view.running ? "Đang gửi…" : "Gửi ngay");
  }

  return { element, update };
}

/** @param {StripView} view */
function quantity(view) {
  const both = [view.ops && `${view.ops} mục`, view.photos && `${view.photos} ảnh`];
  return both.filter(Boolean).join(", ");
}

/** @param {StripView} view */
function contact({ lastSuccess, online, running, trouble }) {
  if (running && lastSuccess === null) return "Đang tải việc mới…";
  if (lastSuccess !== null) return `Đã đối chiếu với máy chủ lúc ${clock(lastSuccess)}.`;
  if (!online) return "Chưa có mạng; hồ sơ trên máy vẫn dùng được.";
  return trouble ?? "Chưa liên lạc với máy chủ từ lúc mở ứng dụng.";
}

/** @param {StripView} view */
function explain(view) {
  const span = view.oldest === null ? 0 : view.now - view.oldest;
  const day = 86_400_000;
  const from =
    view.oldest === null ? "" : `Cũ nhất từ ${span < day ? clock(view.oldest) : moment(view.oldest)} (${age(span)}). `;
  if (!view.online) return `${from}Chưa có mạng; dữ liệu an toàn trên máy.`;
  return `${from}${view.trouble ?? "Dữ liệu an toàn trên máy."}`;
}

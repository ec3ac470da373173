// What to say when something went wrong: what happened, what is safe, what to do.

import { Trouble } from "../core/trouble.js";
import { h } from "../ui/element.js";
import { notice } from "../ui/notice.js";

/**
 * @param {unknown} error
 * @returns {string} a sentence for people
 */
export function sentenceOf(error) {
  if (error instanceof Trouble) return error.message;
  if (error instanceof TypeError && /module|fetch/i.test(error.message)) {
    return "Ứng dụng chưa tải đủ về máy này và đang mất mạng. Nối mạng rồi thử lại; dữ liệu đã ghi vẫn an toàn trên máy.";
  }
  return `Ứng dụng gặp trục trặc (${error instanceof Error ? error.message : String(error)}). Dữ liệu đã ghi vẫn an toàn trên máy; đóng hẳn ứng dụng rồi mở lại.`;
}

/**
 * In the place of a screen that could not be opened.
 * @param {unknown} error
 * @param {import("./frame.js").Shell} shell
 * @param {() => void} again
 * @returns {import("./frame.js").Screen}
 */
export function failedScreen(error, shell, again) {
  const page = notice({
    tone: "bad",
    title: "Không mở được màn hình này.",
    text: sentenceOf(error),
    actions: [
      { label: "Việc của tôi", primary: true, do: () => shell.go("#/") },
      { label: "Thử lại", do: again },
    ],
  });
  const title = h("h1", { class: "unseen" }, "Không mở được");
  return { element: h("main", { class: "gate", id: "page", tabindex: "-1" }, title, page), title: "Không mở được" };
}

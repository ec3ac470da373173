// A browser that can keep nothing: said instead of letting somebody begin a day's work in it.

import { h } from "../ui/element.js";
import { notice } from "../ui/notice.js";

/** @param {import("../types.d.ts").Capability} capability */
export function unableScreen({ checks }) {
  return h(
    "main",
    { class: "gate", id: "page", tabindex: "-1" },
    h("h1", { class: "gate-title" }, "Máy này chưa dùng được"),
    notice({
      tone: "bad",
      title: "Trình duyệt này không giữ được dữ liệu kiểm tra.",
      text: checks
        .filter(({ level }) => level === "red")
        .map(({ text }) => text)
        .join(" "),
    }),
  );
}

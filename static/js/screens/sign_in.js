// "Đăng nhập": the first time on a phone, as another person, or again when the session has ended.

import { signIn } from "../sync/session.js";
import { fill, freshId, h, show } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import { sentenceOf } from "./failure.js";

/**
 * @typedef {import("../types.d.ts").User} User
 * @typedef {import("../types.d.ts").Capability} Capability
 */

/**
 * @typedef {object} SignInView
 * @property {User | null} again the person whose session has ended
 * @property {User[]} users who has used this phone
 * @property {Capability | null} capability
 * @property {(outcome: { user: User, askPin: boolean }) => void} done
 * @property {((user: User) => void) | null} unlock for people with a PIN on this phone
 * @property {(() => void) | null} back
 */

/** @param {SignInView} view */
export function signInScreen(view) {
  const name = field("Tên đăng nhập", {
    name: "username",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
    value: view.again?.username ?? "",
  });
  const word = field("Mật khẩu", {
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const button = h("button", { class: "primary wide" }, "Đăng nhập");
  const form = h(
    "form",
    { class: "stack", onsubmit: (/** @type {Event} */ event) => void submit(event) },
    name.element,
    word.element,
    wrong,
    button,
  );
  const known = view.users.filter(({ hasPin }) => hasPin && view.unlock);
  const element = h(
    "main",
    { class: "gate", id: "page", tabindex: "-1" },
    h("h1", { class: "gate-title" }, view.again ? "Đăng nhập lại" : "Kiểm tra an toàn, vệ sinh lao động"),
    h(
      "p",
      { class: "hint" },
      view.again
        ? "Dữ liệu đã ghi vẫn an toàn trên máy và sẽ được gửi ngay sau khi đăng nhập."
        : "Tỉnh Thái Nguyên. Cần mạng cho lần đăng nhập đầu trên máy này; sau đó dùng được khi không có mạng.",
    ),
    form,
    view.back && h("button", { type: "button", class: "quiet wide", onclick: view.back }, "Để sau, tiếp tục kiểm tra"),
    known.length > 0 &&
      h(
        "section",
        { class: "stack" },
        h("h2", {}, "Đã dùng máy này"),
        known.map((user) =>
          h(
            "button",
            { type: "button", class: "wide", onclick: () => view.unlock?.(user) },
            `Mở bằng mã PIN: ${user.name}`,
          ),
        ),
      ),
    h("div", { class: "gate-notes" }, view.capability && view.capability.level !== "green" && fitness(view.capability)),
  );

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    fill(button, "Đang đăng nhập…");
    show(wrong, false);
    try {
      view.done(await signIn(name.input.value.trim(), word.input.value));
    } catch (error) {
      wrong.textContent = sentenceOf(error);
      show(wrong, true);
    } finally {
      button.disabled = false;
      fill(button, "Đăng nhập");
    }
  }

  return element;
}

/** @param {Capability} capability */
function fitness({ level, checks }) {
  const found = checks.filter((each) => each.level !== "green");
  return notice(
    {
      tone: level === "red" ? "bad" : "wait",
      title: level === "red" ? "Máy này chưa giữ được dữ liệu an toàn." : "Nên chuẩn bị máy trước khi đi kiểm tra.",
      text: found.map(({ text }) => text).join(" "),
    },
    "banner",
  );
}

/**
 * @param {string} label
 * @param {Record<string, unknown>} attributes
 */
function field(label, attributes) {
  const id = freshId();
  const input = h("input", { id, ...attributes });
  return { input, element: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

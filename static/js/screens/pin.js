// The PIN that opens the application without network: setting it, and unlocking with it.

import { PIN_SKIPPED, setPin, unlock } from "../sync/session.js";
import { freshId, h, say, show } from "../ui/element.js";
import { sentenceOf } from "./failure.js";

const DIGITS = 6;

/** @typedef {import("../types.d.ts").User} User */

/**
 * Asks for the PIN twice, so that a slip of the thumb locks nobody out.
 * @param {(pin: string) => Promise<void>} keep
 */
export function pinForm(keep) {
  const first = pinField("Mã PIN, 6 chữ số", "new-password");
  const second = pinField("Nhập lại mã PIN", "new-password");
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  return h(
    "form",
    {
      class: "stack",
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        const [pin, again] = [first.input.value, second.input.value];
        const problem = /^\d{6}$/.test(pin)
          ? pin === again
            ? ""
            : "Hai lần nhập khác nhau."
          : "Mã PIN gồm đúng 6 chữ số.";
        say(wrong, problem);
        show(wrong, problem !== "");
        if (problem) return;
        await keep(pin).catch((error) => {
          say(wrong, sentenceOf(error));
          show(wrong, true);
        });
      },
    },
    first.element,
    second.element,
    wrong,
    h("button", { class: "primary wide" }, "Đặt mã PIN"),
  );
}

/** @param {() => void} done */
export function setPinScreen(done) {
  const skipped = h("p", { class: "hint", hidden: true }, PIN_SKIPPED);
  const skip = h("button", { type: "button", class: "quiet wide" }, "Bỏ qua");
  skip.addEventListener("click", async () => {
    if (skipped.hidden) {
      show(skipped, true);
      say(skip, "Vẫn bỏ qua");
      return;
    }
    await setPin("");
    done();
  });
  return h(
    "main",
    { class: "gate", id: "page", tabindex: "-1" },
    h("h1", { class: "gate-title" }, "Đặt mã PIN"),
    h(
      "p",
      { class: "hint" },
      "Mã PIN mở ứng dụng khi không có mạng và làm chậm người lạ cầm máy; nó không mã hóa dữ liệu, nên vẫn cần khóa màn hình máy. Quên mã PIN thì đăng nhập lại bằng mật khẩu khi có mạng; không mất dữ liệu.",
    ),
    pinForm(async (pin) => {
      await setPin(pin);
      done();
    }),
    skipped,
    skip,
  );
}

/**
 * @param {User} user
 * @param {{ done: () => void, password: () => void, others: User[], unlock: (user: User) => void }} ways others:
 *   who else has used this phone; each has a database of their own, and none sees another's
 */
export function unlockScreen(user, { done, password, others, unlock: open }) {
  const pin = pinField("Mã PIN", "current-password");
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const button = h("button", { class: "primary wide" }, "Mở khóa");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let waiting;
  const form = h(
    "form",
    { class: "stack", onsubmit: (/** @type {Event} */ event) => void submit(event) },
    pin.element,
    wrong,
    button,
  );
  const element = h(
    "main",
    { class: "gate", id: "page", tabindex: "-1" },
    h("h1", { class: "gate-title" }, "Mở khóa"),
    h(
      "p",
      {},
      h("span", { class: "small block" }, "Máy đang giữ dữ liệu của"),
      h("b", {}, user.name),
      h("span", { class: "small block" }, user.agency.name),
    ),
    form,
    h("button", { type: "button", class: "quiet wide", onclick: password }, "Đăng nhập bằng mật khẩu"),
    others.length > 0 &&
      h(
        "section",
        { class: "stack" },
        h("h2", {}, "Người khác dùng máy này"),
        others.map((each) =>
          h(
            "button",
            { type: "button", class: "wide", onclick: () => (each.hasPin ? open(each) : password()) },
            each.hasPin ? `Mở bằng mã PIN: ${each.name}` : `Đăng nhập: ${each.name}`,
          ),
        ),
      ),
  );

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    const outcome = await unlock(pin.input.value, user.id).catch((error) => refuse(sentenceOf(error)));
    button.disabled = false;
    if (!outcome) return;
    if (outcome.ok) {
      done();
      return;
    }
    pin.input.value = "";
    if (outcome.seconds > 0) wait(outcome.seconds);
    else refuse(`Mã PIN chưa đúng (lần ${outcome.tries}). Dữ liệu vẫn an toàn.`);
    pin.input.focus();
  }

  /** @param {string} words */
  function refuse(words) {
    say(wrong, words);
    show(wrong, true);
  }

  /** @param {number} seconds */
  function wait(seconds) {
    const until = Date.now() + seconds * 1000;
    button.disabled = true;
    clearInterval(waiting);
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      refuse(left > 0 ? `Mã PIN chưa đúng. Thử lại sau ${left} giây. Dữ liệu vẫn an toàn.` : "Nhập lại mã PIN.");
      if (left > 0) return;
      button.disabled = false;
      clearInterval(waiting);
    };
    tick();
    waiting = setInterval(tick, 500);
  }

  return element;
}

/**
 * @param {string} label
 * @param {string} autocomplete
 */
function pinField(label, autocomplete) {
  const id = freshId();
  const input = h("input", {
    id,
    type: "password",
    inputmode: "numeric",
    pattern: "[0-9]*",
    maxlength: DIGITS,
    required: true,
    autocomplete,
    class: "pin",
  });
  return { input, element: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

// "Báo việc mới": whether this phone is told of new work while the app is closed. Off until somebody wants it.

import { alertState, switchAlertsOff, switchAlertsOn } from "../sync/alerts.js";
import { fill, h } from "../ui/element.js";

/** @typedef {import("../sync/alerts.js").AlertState} AlertState */

/** @type {Record<AlertState, string>} */
const SAID = {
  cannot: "",
  refused: "Trình duyệt đang chặn thông báo của ứng dụng; muốn bật, hãy cho phép trong cài đặt của máy.",
  offline: "Chỉ bật hoặc tắt được khi có mạng.",
  off: "Khi ứng dụng đóng, máy không báo gì.",
  on: "Máy hiện “Có việc mới” khi được phân công hoặc kết quả được trả lại; không hiện nội dung.",
};

/** @param {import("./frame.js").Shell} shell */
export function alertSection(shell) {
  const told = h("p", { class: "small", role: "status" });
  const choices = h("div", { class: "answers", role: "group", "aria-label": "Báo việc mới", "data-type": "choice" });
  const element = h("section", { hidden: true }, h("h2", {}, "Báo việc mới"), choices, told);
  const buttons = {
    off: choice("Tắt", switchAlertsOff),
    on: choice("Bật", switchAlertsOn),
  };
  fill(choices, buttons.off, buttons.on);

  /**
   * @param {string} label
   * @param {() => Promise<AlertState>} change
   */
  function choice(label, change) {
    const button = h("button", { type: "button", class: "answer" }, label);
    button.addEventListener("click", () => {
      buttons.off.disabled = buttons.on.disabled = true;
      void change().then(show, async (error) => {
        show(await alertState());
        shell.trouble(error);
      });
    });
    return button;
  }

  /** @param {AlertState} state */
  function show(state) {
    element.hidden = state === "cannot";
    const isFixed = state === "offline" || state === "refused";
    buttons.off.disabled = buttons.on.disabled = isFixed;
    buttons.off.setAttribute("aria-pressed", String(state === "off"));
    buttons.on.setAttribute("aria-pressed", String(state === "on"));
    told.textContent = SAID[state];
  }

  alertState().then(show, shell.trouble);
  return element;
}

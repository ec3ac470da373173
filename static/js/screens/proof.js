// What proves that the server has it: its receipts, this phone's own signature, and asking it once more.

import { reconcile, signingState } from "../sync/field.js";
import { receipts } from "../sync/receipts.js";
import { fill, h } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { moment, number } from "../ui/words.js";

/**
 * @typedef {import("../types.d.ts").VisitReceipt} VisitReceipt
 * @typedef {import("../types.d.ts").SigningState} SigningState
 */

const FEW = 4;

/** @param {import("./frame.js").Shell} shell */
export function proofSection(shell) {
  const list = h("ul", { class: "checks", role: "list" });
  const key = h("ul", { class: "checks", role: "list" });
  const told = h("p", { role: "status" });
  const again = h("button", { type: "button", class: "wide", onclick: () => void compare() }, "Đối chiếu lại");
  const element = h(
    "section",
    {},
    h("h2", {}, "Máy chủ đã xác nhận"),
    h("div", { class: "stack" }, list, again, told, key),
  );
  let showsAll = false;

  async function draw() {
    const [found, own] = await Promise.all([receipts(), signingState()]);
    const shown = showsAll ? found : found.slice(0, FEW);
    const more = h(
      "button",
      { type: "button", class: "quiet", onclick: () => void drawAll() },
      `Xem cả ${number(found.length)} cuộc kiểm tra`,
    );
    fill(
      list,
      found.length === 0 && h("li", {}, icon("clock"), h("span", {}, "Chưa có xác nhận nào của máy chủ.")),
      shown.map(receiptRow),
      found.length > shown.length && h("li", {}, more),
    );
    fill(key, keyRow(own));
    again.hidden = found.length === 0;
  }

  async function drawAll() {
    showsAll = true;
    await draw();
  }

  /** Visit by visit: each is one question to the server, and what it lacks goes again at once. */
  async function compare() {
    again.disabled = true;
    const lacked = { ops: 0, photos: 0 };
    try {
      const asked = await receipts();
      for (const [at, { id }] of asked.entries()) {
        told.textContent = `Đang đối chiếu ${at + 1}/${asked.length}…`;
        const missing = await reconcile(id);
        lacked.ops += missing.ops;
        lacked.photos += missing.photos;
      }
      told.textContent =
        lacked.ops + lacked.photos > 0
          ? `Máy chủ thiếu ${number(lacked.ops)} mục, ${number(lacked.photos)} ảnh; máy này đã gửi lại.`
          : `Máy chủ giữ đủ mọi mục, mọi ảnh máy này đã gửi (${moment(Date.now())}).`;
    } catch (error) {
      told.textContent = "";
      shell.trouble(error);
    } finally {
      again.disabled = false;
    }
    await draw();
  }

  return { element, draw };
}

/** @param {VisitReceipt} receipt */
function receiptRow({ name, n, received, verified }) {
  const words =
    verified === null
      ? "máy này không kiểm được chữ ký của máy chủ"
      : verified
        ? "chữ ký đúng"
        : "chữ ký SAI, hãy báo người giám sát";
  return h(
    "li",
    { "data-level": verified === null ? "amber" : verified ? "green" : "red" },
    icon(verified === false ? "stop" : verified ? "check" : "warn"),
    h(
      "span",
      {},
      h("b", {}, name),
      `: đã nhận đến mục thứ ${number(n)} của máy này lúc ${moment(received)}, ${words}.`,
    ),
  );
}

/** @param {SigningState} own */
function keyRow({ mode, state, key, why }) {
  const name = key ? ` Khóa ${key.slice(0, 8)}.` : "";
  if (mode === "unsigned") {
    return row("amber", `Máy không ký được${why ? ` (${why})` : ""}. Dữ liệu vẫn gửi và được nhận bình thường.`);
  }
  if (state === "refused")
    return row("red", `Máy ký được nhưng máy chủ không nhận khóa này${why ? `: ${why}` : ""}.${name}`);
  if (state === "waiting") return row("amber", `Máy ký được; khóa đang chờ người giám sát duyệt.${name}`);
  if (state === null) return row("amber", `Máy ký được; khóa sẽ được đăng ký ở lần gửi tới.${name}`);
  return row("green", `Máy ký được: mỗi lần gửi mang chữ ký của riêng máy này.${name}`);
}

/**
 * @param {"green" | "amber" | "red"} level
 * @param {string} words
 */
function row(level, words) {
  return h("li", { "data-level": level }, icon(level === "green" ? "check" : "warn"), h("span", {}, words));
}

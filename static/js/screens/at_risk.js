// "Mất máy lúc này sẽ mất": what only this phone has, and the file that takes it away from here.

import { atRisk, canLockExport, exportUnsent } from "../sync/field.js";
import { signedInUser } from "../sync/session.js";
import { fill, h } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { ask } from "../ui/sheet.js";
import { age, moment, number } from "../ui/words.js";
import { offerFile } from "./file.js";

/** @typedef {import("../types.d.ts").ExportFile} ExportFile */

/** @param {import("./frame.js").Shell} shell */
export function riskSection(shell) {
  const told = h("div", { class: "risk" });
  const made = h("p", { role: "status" });
  const save = h(
    "button",
    { type: "button", class: "wide", onclick: () => void keep() },
    icon("save"),
    "Xuất dữ liệu chưa gửi",
  );
  const who = h("p", { class: "hint" });
  const element = h(
    "section",
    {},
    h("h2", {}, "Dữ liệu trên máy này"),
    h("div", { class: "stack" }, told, save, who, made),
  );

  async function draw() {
    const risk = await atRisk();
    const isSafe = risk.answers + risk.others + risk.photos === 0;
    told.dataset.tone = isSafe ? "good" : "bad";
    fill(
      told,
      h("p", {}, h("b", {}, isSafe ? "Mất máy lúc này không mất gì." : "Mất máy lúc này sẽ mất:")),
      isSafe
        ? h("p", {}, "Máy chủ đã nhận mọi câu trả lời, mọi ảnh.")
        : [
            h("p", {}, quantity(risk)),
            risk.oldest !== null &&
              h("p", { class: "small" }, `Cũ nhất từ ${moment(risk.oldest)} (${age(Date.now() - risk.oldest)}).`),
            risk.visits.length > 0 &&
              h(
                "ul",
                {},
                risk.visits.map((each) => h("li", { class: "small" }, `${each.name}: ${quantity(each)}`)),
              ),
          ],
    );
    who.textContent = whoOpens();
  }

  async function keep() {
    try {
      const file = await exported();
      if (file) made.textContent = madeWords(file);
    } catch (error) {
      shell.trouble(error);
    }
  }

  return { element, draw };
}

/**
 * Makes the file and hands it over; a file that anybody could read only after a person agreed.
 * @returns {Promise<ExportFile | null>} null: the person thought better of it
 */
export async function exported() {
  if (!(await agreesToOpenFile())) return null;
  const file = await exportUnsent();
  await offerFile(file);
  return file;
}

export async function agreesToOpenFile() {
  if (canLockExport()) return true;
  const chosen = await ask("Tệp không được khóa", whoOpens(), [
    { id: "yes", label: "Vẫn xuất tệp không khóa", kind: "danger" },
    { id: "no", label: "Để sau", kind: "primary" },
  ]);
  return chosen === "yes";
}

/** In plain words, before it is made. */
export function whoOpens() {
  const agency = signedInUser()?.agency.name ?? "cơ quan của bạn";
  return canLockExport()
    ? `Tệp được khóa: chỉ ${agency} mở được, người khác cầm tệp không đọc được. Người giám sát nhập tệp ở máy tính cơ quan; nhập nhiều lần cũng không trùng.`
    : `Máy này chưa nhận được khóa của ${agency}, nên ai cầm tệp cũng đọc được. Kết nối mạng một lần để nhận khóa, hoặc tự giữ tệp cẩn thận.`;
}

/** @param {ExportFile} file */
export function madeWords({ name, ops, photos, encrypted }) {
  const lock = encrypted ? "chỉ cơ quan mở được" : "ai cầm tệp cũng đọc được";
  return `Đã tạo tệp ${name}: ${number(ops)} mục, ${number(photos)} ảnh; ${lock}. Dữ liệu vẫn còn trên máy.`;
}

/** @param {{ answers: number, others: number, photos: number }} counts */
function quantity({ answers, others, photos }) {
  return [
    answers && `${number(answers)} câu trả lời`,
    others && `${number(others)} nội dung khác (ghi chú, kết luận, chữ ký…)`,
    photos && `${number(photos)} ảnh`,
  ]
    .filter(Boolean)
    .join(", ");
}

// "Gửi": what is going to be sent and what happens without network; afterwards where everything is.

import { opState, photoState, visit as readVisit, submit, syncNow, syncState } from "../sync/field.js";
import { fill, h, say } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import { clock, number } from "../ui/words.js";
import { frame } from "./frame.js";
import { codeOf, shortHash } from "./paper_code.js";
import { arrival, held } from "./standing.js";
import { judge } from "./summary.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").SyncMark} SyncMark
 */

/** @type {import("./frame.js").OpenScreen} */
export async function open([id = ""], shell) {
  const visit = await readVisit(id);
  let code = await codeOf(visit);
  const body = h("div", { class: "sections" });
  const send = h("button", { type: "button", class: "primary grow", onclick: () => void go() }, icon("send"), "Gửi");
  const home = h("a", { class: "button grow", href: "#/" }, "Việc của tôi");
  const again = h("button", { type: "button", class: "primary grow", onclick: () => void push() }, "Gửi ngay");
  const view = frame(
    { title: "Gửi", back: `#/visit/${id}/review` },
    [body],
    h("div", { class: "bar-row" }, send, home, again),
  );

  function draw() {
    const isSent = isSubmitted(visit);
    const blocked = judge(visit).blocks.length;
    fill(body, isSent ? whereItIs(visit) : whatGoes(visit, blocked, code));
    send.hidden = isSent;
    send.disabled = blocked > 0;
    home.hidden = !isSent;
    const waits = visit.unsent.ops + visit.unsent.photos > 0;
    again.hidden = !isSent || (!waits && visit.document.arrival?.complete !== false);
    say(again, waits ? "Gửi ngay" : "Tải lại");
    again.disabled = syncState().running;
  }

  async function go() {
    send.disabled = true;
    try {
      await submit(id, await codeOf(visit));
      draw();
      await push();
    } catch (error) {
      shell.trouble(error);
    }
    draw();
  }

  /** Without network there is nothing to wait for: it goes by itself later. */
  async function push() {
    if (syncState().online) await syncNow().catch(shell.trouble);
    draw();
  }

  async function look() {
    code = await codeOf(visit);
    draw();
  }

  draw();
  return {
    element: view.element,
    title: "Gửi",
    hear(event) {
      view.hear(event);
      if (event.kind === "visit" && event.id === id) void look().catch(shell.trouble);
      else if (event.kind !== "storage") draw();
    },
  };
}

/**
 * Sent and nothing written since it was given back.
 * @param {Visit} visit
 */
function isSubmitted({ state, document }) {
  return state.submitted.length > 0 && document.state !== "returned";
}

/**
 * @param {Visit} visit
 * @param {number} blocked
 * @param {string} code the hash of the record
 */
function whatGoes(visit, blocked, code) {
  const photos = Object.values(visit.state.photos).flat().length;
  const signatures = Object.values(visit.state.signatures).filter(({ heads }) => heads.length > 0).length;
  const { answered, visible, failing } = visit.tally;
  return [
    blocked > 0 &&
      notice({
        tone: "bad",
        title: `Còn ${blocked} việc phải làm trước khi gửi.`,
        text: "Danh sách ở màn hình Xem lại. Mọi thứ đã ghi vẫn an toàn trên máy.",
        actions: [{ label: "Xem lại", do: () => location.assign(`#/visit/${visit.id}/review`) }],
      }),
    h(
      "section",
      {},
      h("h2", {}, "Sẽ gửi"),
      h(
        "ul",
        { class: "plain-list" },
        h("li", {}, `${number(answered)}/${number(visible)} mục đã trả lời, ${number(failing)} mục không đạt`),
        h("li", {}, `${number(photos)} ảnh`),
        h("li", {}, `${number(signatures)} chữ ký`),
        h("li", {}, "biên bản mã ", h("span", { class: "paper-code" }, shortHash(code))),
      ),
    ),
    h(
      "section",
      {},
      h("h2", {}, syncState().online ? "Đang có mạng" : "Chưa có mạng"),
      h(
        "p",
        {},
        syncState().online
          ? "Dữ liệu được gửi ngay. Kết quả ghi trước, ảnh theo sau; đứt mạng giữa chừng thì gửi tiếp từ chỗ dừng."
          : "Cuộc kiểm tra được chốt trên máy và tự gửi khi có mạng. Dữ liệu vẫn an toàn khi tắt máy. Với iPhone, giữ ứng dụng mở khi gửi.",
      ),
    ),
  ];
}

/** @param {Visit} visit */
function whereItIs(visit) {
  const tally = tallyOf(visit);
  const all = tally["on-phone"] + tally.sent + tally.verified;
  const state = syncState();
  const words =
    tally["on-phone"] > 0
      ? { tone: /** @type {const} */ ("wait"), title: "Đã chốt trên máy, đang chờ gửi.", text: waiting(state) }
      : tally.sent > 0
        ? {
            tone: /** @type {const} */ ("wait"),
            title: "Máy chủ đã nhận, đang đối chiếu.",
            text: "Có thể đóng ứng dụng; việc đối chiếu tự xong ở lần gửi sau.",
          }
        : {
            tone: /** @type {const} */ ("good"),
            title: "Đã gửi xong, đã đối chiếu.",
            text: "Máy chủ giữ đủ và đúng từng mục, từng ảnh như trên máy này.",
          };
  return [
    notice(words),
    h(
      "ol",
      { class: "steps" },
      step("trên máy", tally["on-phone"], all, "Chỉ máy này giữ"),
      step("đã gửi", tally.sent, all, "Máy chủ đã trả lời là đã nhận"),
      step("đã đối chiếu", tally.verified, all, "Máy chủ giữ đúng từng chữ, từng ảnh"),
    ),
    arrival(visit),
    held(visit),
  ];
}

/** @param {import("../types.d.ts").SyncState} state */
function waiting(state) {
  if (state.paused === "signed-out")
    return "Phiên đăng nhập đã hết; đăng nhập lại để gửi. Dữ liệu vẫn an toàn trên máy.";
  if (!state.online) return "Chưa có mạng. Dữ liệu an toàn trên máy và tự gửi khi có mạng; có thể tắt màn hình.";
  if (state.lastError)
    return `${state.lastError.message} (lúc ${clock(state.lastError.at)}). Dữ liệu vẫn an toàn trên máy, sẽ tự gửi lại.`;
  return "Dữ liệu an toàn trên máy. Giữ ứng dụng mở để gửi nhanh hơn.";
}

/**
 * @param {string} word
 * @param {number} count
 * @param {number} all
 * @param {string} meaning
 */
function step(word, count, all, meaning) {
  return h(
    "li",
    { class: "step", "data-full": String(count === all && all > 0) },
    h("b", {}, word),
    h("span", {}, `${number(count)}/${number(all)}`),
    h("span", { class: "small" }, meaning),
  );
}

/**
 * @param {Visit} visit
 * @returns {Record<SyncMark, number>}
 */
function tallyOf(visit) {
  const { state } = visit;
  const marks = { "on-phone": 0, sent: 0, verified: 0 };
  const heads = [
    ...Object.values(state.answers).flatMap((each) => each.heads),
    ...Object.values(state.notes).flatMap((each) => each.heads),
    ...Object.values(state.findings).flatMap((each) => each.heads),
    ...Object.values(state.signatures).flatMap((each) => each.heads),
    ...(state.refusal?.heads ?? []),
    ...(state.opinion?.heads ?? []),
    ...state.positions,
    ...state.submitted,
  ];
  for (const { id } of heads) marks[opState(visit, id)] += 1;
  for (const { sha } of Object.values(state.photos).flat()) marks[photoState(visit, sha)] += 1;
  return marks;
}

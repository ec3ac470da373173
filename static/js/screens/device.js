// "Máy và dữ liệu": what is unsent, whether this phone is fit for the field, the ways out for the data, and the person.

import { syncNow, syncState, visits } from "../sync/field.js";
import { applyUpdate, capability, lock, setPin, signedInUser, updateReady } from "../sync/session.js";
import { fill, h, listen } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import { strip } from "../ui/strip.js";
import { moment, number } from "../ui/words.js";
import { alertSection } from "./alerts.js";
import { riskSection } from "./at_risk.js";
import { frame } from "./frame.js";
import { leave } from "./leaving.js";
import { pinForm } from "./pin.js";
import { proofSection } from "./proof.js";
import { chooseTheme, theme } from "./theme.js";

/** @typedef {import("../types.d.ts").Capability} Capability */

/** @type {Record<string, { word: string, icon: import("../ui/icons.js").IconName }>} */
const LEVELS = {
  green: { word: "tốt", icon: "check" },
  amber: { word: "cần chú ý", icon: "warn" },
  red: { word: "chưa dùng được", icon: "stop" },
};

/** @type {import("./frame.js").OpenScreen} */
export async function open(_parameters, shell) {
  const fitness = await capability();
  const foot = strip();
  const risk = riskSection(shell);
  const proof = proofSection(shell);
  const update = h("div", {});
  const waiting = h("div", {});
  const view = frame(
    { title: "Máy và dữ liệu", back: "#/" },
    [update, risk.element, waiting, proof.element, device(fitness), alertSection(shell), themes(), person(shell)],
    foot.element,
  );
  let isStale = false;

  async function draw() {
    const state = syncState();
    foot.update({
      ...state.unsent,
      online: state.online,
      running: state.running,
      trouble: state.lastError?.message ?? null,
      lastSuccess: state.lastSuccess,
      now: Date.now(),
    });
    const held = (await visits()).filter((each) => each.held > 0);
    fill(
      waiting,
      state.revoked &&
        h(
          "p",
          { class: "missing" },
          icon("warn"),
          "Cơ quan đã thu hồi máy này. Dữ liệu vẫn nguyên, vẫn gửi và xuất được; việc mới không tải về nữa.",
        ),
      state.lastError &&
        h("p", { class: "missing" }, icon("warn"), `${state.lastError.message} (${moment(state.lastError.at)})`),
      held.length > 0 &&
        h(
          "ul",
          { class: "lines", role: "list" },
          held.map(({ id, document, held: count }) =>
            h(
              "li",
              {},
              h(
                "a",
                { class: "line", href: `#/visit/${id}` },
                h("span", { class: "line-name" }, `${document.site.name}: ${number(count)} mục chờ người giám sát`),
                icon("forward"),
              ),
            ),
          ),
        ),
    );
    if (updateReady() && !update.hasChildNodes())
      update.append(
        notice({
          tone: "wait",
          title: "Có bản mới.",
          text: "Dữ liệu đang ghi được giữ nguyên.",
          actions: [{ label: "Cập nhật ngay", primary: true, do: () => void applyUpdate().catch(shell.trouble) }],
        }),
      );
    await Promise.all([risk.draw(), proof.draw()]);
  }

  /** Several events arrive together; the database is read once for all of them. */
  function drawSoon() {
    if (isStale) return;
    isStale = true;
    setTimeout(() => {
      isStale = false;
      draw().catch(shell.trouble);
    }, 100);
  }

  listen(foot.element, "send", () => void syncNow().then(draw, shell.trouble));
  await draw();
  return {
    element: view.element,
    title: "Máy và dữ liệu",
    hear(event) {
      view.hear(event);
      if (signedInUser()) drawSoon();
    },
  };
}

/** The choice of theme: the phone's own, light, dark, or for noon outdoors. */
function themes() {
  const chosen = theme();
  /** @type {[string, string][]} */
  const offered = [
    ["", "Theo máy"],
    ["light", "Sáng"],
    ["dark", "Tối"],
    ["sun", "Ngoài nắng"],
  ];
  const buttons = offered.map(([id, label]) => {
    const button = h(
      "button",
      { type: "button", class: "answer", "aria-pressed": String(id === chosen) },
      id === "sun" && icon("sun"),
      label,
    );
    button.addEventListener("click", () => {
      chooseTheme(id);
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
    });
    return button;
  });
  return h(
    "section",
    {},
    h("h2", {}, "Màn hình"),
    h("div", { class: "answers", role: "group", "aria-label": "Màn hình", "data-type": "choice" }, buttons),
  );
}

/** @param {Capability} fitness */
function device(fitness) {
  const overall = LEVELS[fitness.level];
  return h(
    "section",
    {},
    h(
      "h2",
      {},
      "Kiểm tra máy: ",
      h("span", { class: "level", "data-level": fitness.level }, overall && icon(overall.icon), overall?.word),
    ),
    h(
      "ul",
      { class: "checks", role: "list" },
      fitness.checks.map(({ level, text }) =>
        h(
          "li",
          { "data-level": level },
          icon(LEVELS[level]?.icon ?? "warn"),
          h("span", {}, text, h("span", { class: "unseen" }, ` (${LEVELS[level]?.word})`)),
        ),
      ),
    ),
  );
}

/** @param {import("./frame.js").Shell} shell */
function person(shell) {
  const user = signedInUser();
  const pin = h("div", {});
  const change = h(
    "button",
    { type: "button", class: "wide" },
    icon("lock"),
    user?.hasPin ? "Đổi mã PIN" : "Đặt mã PIN",
  );
  change.addEventListener("click", () => {
    fill(
      pin,
      pinForm(async (code) => {
        await setPin(code);
        fill(pin, h("p", { role: "status" }, "Đã đặt mã PIN."));
      }),
    );
  });
  return h(
    "section",
    {},
    h("h2", {}, "Người dùng"),
    h(
      "p",
      {},
      h("b", {}, user?.name),
      h("br"),
      h("span", { class: "small" }, [user?.title, user?.agency.name].filter(Boolean).join(", ")),
    ),
    h(
      "div",
      { class: "stack" },
      change,
      pin,
      user?.hasPin && h("button", { type: "button", class: "wide", onclick: lock }, icon("lock"), "Khóa ứng dụng"),
      h("button", { type: "button", class: "wide", onclick: () => void leave(shell) }, "Đăng xuất"),
    ),
  );
}

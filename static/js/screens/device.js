// "Máy và dữ liệu": what is unsent, whether this phone is fit for the field, the ways out for the data, and the person.

import { exportUnsent, syncNow, syncState, visits } from "../sync/field.js";
import { applyUpdate, capability, lock, setPin, signedInUser, signOut, updateReady } from "../sync/session.js";
import { fill, h, listen } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import { ask } from "../ui/sheet.js";
import { strip } from "../ui/strip.js";
import { moment, number } from "../ui/words.js";
import { offerFile } from "./file.js";
import { frame } from "./frame.js";
import { pinForm } from "./pin.js";
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
  const unsent = h("section", {});
  const update = h("div", {});
  const view = frame(
    { title: "Máy và dữ liệu", back: "#/" },
    [update, unsent, themes(), device(fitness), person(shell)],
    foot.element,
  );

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
      unsent,
      h("h2", {}, "Dữ liệu trên máy này"),
      h(
        "p",
        {},
        `${number(state.unsent.ops)} mục và ${number(state.unsent.photos)} ảnh chưa gửi.`,
        state.unsent.oldest !== null && ` Mục cũ nhất từ ${moment(state.unsent.oldest)}.`,
      ),
      h(
        "p",
        { class: "small" },
        state.lastSuccess === null
          ? "Máy này chưa gửi lần nào."
          : `Lần gửi nhận gần nhất: ${moment(state.lastSuccess)}.`,
      ),
      state.lastError &&
        h("p", { class: "missing" }, icon("warn"), `${state.lastError.message} (${moment(state.lastError.at)})`),
      held.map(({ id, document, held: count }) =>
        h("p", {}, h("a", { href: `#/visit/${id}` }, `${document.site.name}: ${count} mục chờ người giám sát`)),
      ),
      h("button", { type: "button", class: "wide", onclick: () => void save() }, icon("save"), "Xuất dữ liệu chưa gửi"),
      h("p", { class: "hint" }, "Tệp xuất ra được nhập ở máy tính cơ quan; nhập lại nhiều lần cũng không trùng."),
    );
    fill(
      update,
      updateReady() &&
        notice({
          tone: "wait",
          title: "Có bản mới.",
          text: "Dữ liệu đang ghi được giữ nguyên.",
          actions: [{ label: "Cập nhật ngay", primary: true, do: () => void applyUpdate().catch(shell.trouble) }],
        }),
    );
  }

  async function save() {
    try {
      await offerFile(await exportUnsent());
    } catch (error) {
      shell.trouble(error);
    }
  }

  listen(foot.element, "send", () => void syncNow().then(draw, shell.trouble));
  await draw();
  return {
    element: view.element,
    title: "Máy và dữ liệu",
    hear(event) {
      view.hear(event);
      void draw().catch(shell.trouble);
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

/** @param {import("./frame.js").Shell} shell */
async function leave(shell) {
  const { unsent } = syncState();
  const count = unsent.ops + unsent.photos;
  const mode = await ask(
    "Đăng xuất",
    count ? `Còn ${count} mục chưa gửi. Đăng xuất không xóa mục nào.` : "Mọi thứ đã gửi. Đăng xuất khỏi máy này?",
    count
      ? [
          { id: "send", label: "Gửi ngay rồi đăng xuất", kind: "primary" },
          { id: "lock", label: "Khóa và giữ trên máy" },
          { id: "export", label: "Xuất tệp rồi đăng xuất" },
        ]
      : [{ id: "lock", label: "Đăng xuất", kind: "primary" }],
  );
  if (!mode) return;
  try {
    const { left, file } = await signOut(/** @type {"send" | "lock" | "export"} */ (mode));
    if (file) await offerFile(file);
    if (mode === "send" && left.ops + left.photos > 0)
      shell.announce(
        `Còn ${left.ops + left.photos} mục chưa gửi được nên chưa đăng xuất. Dữ liệu vẫn an toàn trên máy.`,
      );
  } catch (error) {
    shell.trouble(error);
  }
}

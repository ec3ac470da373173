// "Ký": who has signed, and one signature per screen; a refusal is written down with its reason and a witness.

import { visit as readVisit, write } from "../sync/field.js";
import { signedInUser } from "../sync/session.js";
import { fill, freshId, h, listen } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { pad, signature } from "../ui/pad.js";
import { moment, ROLE } from "../ui/words.js";
import { frame } from "./frame.js";
import { codeOf, paperCode, shortHash, signedOf } from "./paper_code.js";
import { hasSubject, isSignedByTeam } from "./summary.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").SignerRole} SignerRole
 */

/** @type {SignerRole[]} */
const ROLES = ["inspector", "leader", "subject", "witness"];

/**
 * A signer's screen that was left for the record: who comes back to the same record finds it as it was.
 * @type {{ at: string, shown: string, drawing: ReturnType<typeof pad>, name: string, title: string } | null}
 */
let left = null;

/** @type {import("./frame.js").OpenScreen} */
export async function open([id = "", role], shell) {
  if (role === "refusal") return refusal(id, shell);
  if (role) return signing(id, /** @type {SignerRole} */ (role), shell);
  return signers(id, shell);
}

/**
 * @param {string} id
 * @param {import("./frame.js").Shell} shell
 */
async function signers(id, shell) {
  const visit = await readVisit(id);
  let code = await codeOf(visit);
  const told = paperCode(`#/visit/${id}/read`);
  const list = h("ul", { class: "lines", role: "list" });
  const send = h("a", { class: "button grow", href: `#/visit/${id}/send` }, icon("send"), "Gửi");
  const view = frame(
    { title: "Ký", back: `#/visit/${id}/review` },
    [told.element, h("p", { class: "hint" }, "Mỗi người ký trên một màn hình riêng, sau khi đã đọc biên bản."), list],
    h("div", { class: "bar-row" }, send),
  );

  function draw() {
    const refused = (visit.state.refusal?.heads ?? []).at(-1);
    told.update(code);
    fill(
      list,
      ROLES.map((role) => row(visit, role, code)),
      h(
        "li",
        {},
        h(
          "a",
          { class: "line", href: `#/visit/${id}/sign/refusal` },
          h(
            "span",
            { class: "line-name" },
            "Đối tượng từ chối ký",
            refused &&
              h(
                "span",
                { class: "small block" },
                `${refused.reason}${refused.witness ? `; người chứng kiến ${refused.witness.name}` : ""}`,
              ),
          ),
          h("span", { class: "line-end" }, refused ? "đã ghi" : icon("forward")),
        ),
      ),
    );
    send.classList.toggle("primary", isSignedByTeam(visit) && hasSubject(visit));
  }

  async function look() {
    code = await codeOf(visit);
    draw();
  }

  draw();
  return {
    element: view.element,
    title: "Ký",
    hear(/** @type {import("../types.d.ts").AppEvent} */ event) {
      view.hear(event);
      if (event.kind === "visit" && event.id === id) void look().catch(shell.trouble);
    },
  };
}

/**
 * @param {Visit} visit
 * @param {SignerRole} role
 * @param {string} code the hash of the record as it stands
 */
function row(visit, role, code) {
  const signed = visit.state.signatures[role]?.heads.at(-1);
  return h(
    "li",
    {},
    h(
      "a",
      { class: "line", href: `#/visit/${visit.id}/sign/${role}` },
      h(
        "span",
        { class: "line-name" },
        ROLE[role],
        signed && h("span", { class: "small block" }, `${signed.name}, ${moment(signed.t)}`),
        signed &&
          h("span", { class: "small block" }, "mã ", h("span", { class: "paper-code" }, shortHash(signed.shown))),
        signed &&
          signed.shown !== code &&
          h("span", { class: "missing" }, icon("warn"), "Nội dung đã thay đổi sau khi ký; cần ký lại."),
      ),
      h("span", { class: "line-end" }, signed ? signature(signed.strokes, signed.name) : icon("forward")),
    ),
  );
}

/**
 * @param {string} id
 * @param {SignerRole} role
 * @param {import("./frame.js").Shell} shell
 */
async function signing(id, role, shell) {
  const visit = await readVisit(id);
  let paper = await signedOf(visit);
  const at = `${id}/${role}`;
  const before = left?.at === at && left.shown === paper.shown ? left : null;
  left = null;
  const [suggestedName, suggestedTitle] = before ? [before.name, before.title] : suggested(visit, role);
  const name = h("input", { autocomplete: "off", maxlength: 200, required: true, value: suggestedName });
  const title = h("input", { autocomplete: "off", maxlength: 200, value: suggestedTitle });
  const drawing = before?.drawing ?? pad(ROLE[role] ?? role);
  const clear = h("button", { type: "button", onclick: drawing.clear }, "Xóa nét ký");
  const sign = h(
    "button",
    { type: "button", class: "primary grow", disabled: true, onclick: () => void keep() },
    icon("sign"),
    "Ký",
  );
  const told = paperCode(`#/visit/${id}/read/${role}`);
  told.update(paper.shown);
  told.element.addEventListener("click", () => {
    left = { at, shown: paper.shown, drawing, name: name.value, title: title.value };
  });
  const changed = h("p", { class: "missing", role: "alert", hidden: true }, icon("warn"));
  changed.append(h("span", {}, "Biên bản vừa thay đổi. Đọc lại rồi ký; chữ ký mang mã mới."));
  const view = frame(
    { title: `Ký: ${ROLE[role]}`, back: `#/visit/${id}/sign` },
    [
      h(
        "div",
        { class: "signing" },
        told.element,
        changed,
        h("div", { class: "pair" }, labelled("Họ và tên", name), labelled("Chức vụ", title)),
        drawing.element,
      ),
    ],
    h("div", { class: "bar-row" }, clear, sign),
  );
  const ready = () => {
    sign.disabled = drawing.strokes().length === 0 || name.value.trim() === "";
  };
  listen(drawing.element, "drawn", ready);
  name.addEventListener("input", ready);
  ready();

  async function keep() {
    sign.disabled = true;
    try {
      // Nobody signs what was not on their screen: a record that changed meanwhile is read first.
      if (await isChanged()) return;
      await write(id, {
        k: "sign",
        role,
        name: name.value.trim(),
        title: title.value.trim(),
        strokes: drawing.strokes(),
        ...paper,
      });
      left = null;
      shell.back();
    } catch (error) {
      shell.trouble(error);
      ready();
    }
  }

  async function isChanged() {
    const now = await signedOf(visit);
    if (now.shown === paper.shown) return false;
    paper = now;
    told.update(paper.shown);
    changed.hidden = false;
    ready();
    return true;
  }

  return {
    element: view.element,
    title: `Ký: ${ROLE[role]}`,
    hear(/** @type {import("../types.d.ts").AppEvent} */ event) {
      view.hear(event);
      if (event.kind === "visit" && event.id === id) void isChanged().catch(shell.trouble);
    },
  };
}

/**
 * @param {Visit} visit
 * @param {SignerRole} role
 * @returns {[string, string]}
 */
function suggested({ document }, role) {
  const user = signedInUser();
  if (role === "inspector") return [user?.name ?? "", user?.title ?? ""];
  const leader = role === "leader" ? document.team.find((each) => each.role === "leader") : undefined;
  if (leader) return [leader.name, leader.title];
  return role === "subject" ? [document.organisation?.representative ?? "", ""] : ["", ""];
}

/**
 * @param {string} id
 * @param {import("./frame.js").Shell} shell
 */
async function refusal(id, shell) {
  const reason = h("textarea", { rows: 3, required: true, maxlength: 2000 });
  const witness = h("input", { autocomplete: "off", maxlength: 200 });
  const title = h("input", { autocomplete: "off", maxlength: 200 });
  const formId = freshId();
  const form = h(
    "form",
    { id: formId, class: "stack", onsubmit: (/** @type {Event} */ event) => void keep(event) },
    labelled("Lý do từ chối ký, theo lời đối tượng", reason),
    labelled("Người chứng kiến (họ và tên)", witness),
    labelled("Chức vụ, địa chỉ của người đó", title),
    h("p", { class: "hint" }, "Không có người chứng kiến thì ghi rõ trong lý do."),
  );
  const view = frame(
    { title: "Từ chối ký", back: `#/visit/${id}/sign` },
    [form],
    h("div", { class: "bar-row" }, h("button", { class: "primary grow", form: formId }, "Ghi việc từ chối ký")),
  );

  /** @param {Event} event */
  async function keep(event) {
    event.preventDefault();
    const name = witness.value.trim();
    try {
      await write(id, {
        k: "refuse",
        reason: reason.value.trim(),
        witness: name ? { name, title: title.value.trim() } : null,
      });
      shell.back();
    } catch (error) {
      shell.trouble(error);
    }
  }

  return { element: view.element, title: "Từ chối ký", hear: view.hear };
}

/**
 * @param {string} label
 * @param {HTMLElement} control
 */
function labelled(label, control) {
  control.id = freshId();
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

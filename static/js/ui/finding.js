// The finding below a failing item: what it is, who is responsible, until when, and what was demanded on the spot.

import { earlier } from "./earlier.js";
import { freshId, h, listen, say, show, tell } from "./element.js";
import { icon } from "./icons.js";
import { FINDING_KIND, PARTY } from "./words.js";

/**
 * @typedef {object} Finding
 * @property {import("../types.d.ts").FindingKind} kind
 * @property {string | null} responsible
 * @property {string} responsible_text
 * @property {string | null} deadline
 * @property {boolean} stop_demanded
 * @property {boolean} stop_proposed
 */

/**
 * @typedef {object} FindingView
 * @property {Finding} finding
 * @property {string} suggestion where the proposed deadline comes from
 * @property {string | undefined} draft the name of another responsible party, being typed
 * @property {import("./earlier.js").EarlierView} earlier
 * @property {string[]} rivals what colleagues found differently; empty when they agree
 * @property {boolean} readOnly
 */

const OTHER = "other";

/**
 * Tells "finding" {item, finding} with the whole finding at every change.
 * @param {import("../types.d.ts").ChecklistItem} item
 * @param {readonly { id: string, name: string, role: string }[]} parties
 */
export function finding(item, parties) {
  const kind = select(Object.entries(FINDING_KIND));
  const who = select([["", "Chưa xác định"], ...parties.map(nameOf), [OTHER, "Bên khác (ghi tên)"]]);
  const other = h("input", { autocomplete: "off", maxlength: 200 });
  const deadline = h("input", { type: "date" });
  const suggestion = h("p", { class: "hint" });
  const demanded = h("input", { type: "checkbox" });
  const proposed = h("input", { type: "checkbox" });
  const otherRow = labelled("Tên đơn vị, cá nhân khác", other);
  const before = earlier();
  const rivals = h("p", { class: "missing", hidden: true }, icon("warn"));
  const rivalWords = h("span", {});
  rivals.append(rivalWords);
  const element = h(
    "div",
    { class: "finding" },
    before.element,
    rivals,
    labelled("Loại", kind),
    labelled("Bên chịu trách nhiệm", who),
    otherRow,
    labelled("Thời hạn đề nghị", deadline),
    suggestion,
    h("label", { class: "tick" }, demanded, h("span", {}, "Đã yêu cầu chấm dứt ngay")),
    item.severity === 4 &&
      h(
        "div",
        { class: "proposal" },
        h("p", {}, icon("stop"), h("b", {}, "Nguy cơ trực tiếp đe dọa tính mạng, sức khỏe.")),
        h("label", { class: "tick" }, proposed, h("span", {}, "Đề xuất tạm dừng, đình chỉ")),
        h("p", { class: "hint" }, "Đây là đề xuất gửi người có thẩm quyền quyết định. Ứng dụng không ra lệnh dừng."),
      ),
  );
  element.addEventListener("change", () => {
    show(otherRow, who.value === OTHER);
    tell(element, "finding", { item: item.id, finding: read() });
  });
  listen(before.element, "keep-search", () => tell(element, "finding", { item: item.id, finding: read() }));
  other.addEventListener("input", () =>
    tell(element, "draft", { item: item.id, field: "responsible", text: other.value }),
  );

  /** @returns {Finding} */
  function read() {
    const isOther = who.value === OTHER;
    return {
      kind: /** @type {Finding["kind"]} */ (kind.value),
      responsible: isOther || who.value === "" ? null : who.value,
      responsible_text: isOther ? other.value.trim() : "",
      deadline: deadline.value || null,
      stop_demanded: demanded.checked,
      stop_proposed: proposed.checked,
    };
  }

  /** @param {FindingView} view */
  function update({ finding: it, suggestion: from, draft, earlier: found, rivals: others, readOnly }) {
    before.update(found);
    say(rivalWords, `Kết luận khác nhau: ${others.join("; ")}. Sửa ở đây là thay tất cả.`);
    show(rivals, others.length > 0);
    const isMine = element.contains(document.activeElement) && !(document.activeElement instanceof HTMLButtonElement);
    if (!isMine) {
      kind.value = it.kind;
      const known = parties.some(({ id }) => id === it.responsible);
      const isOther = it.responsible_text !== "" || draft !== undefined;
      who.value = isOther ? OTHER : known ? (it.responsible ?? "") : "";
      other.value = draft ?? it.responsible_text;
      show(otherRow, isOther);
      deadline.value = it.deadline ?? "";
      demanded.checked = it.stop_demanded;
      proposed.checked = it.stop_proposed;
    }
    say(suggestion, from);
    for (const each of [kind, who, other, deadline, demanded, proposed]) each.disabled = readOnly;
  }

  return { element, update };
}

/**
 * @param {{ id: string, name: string, role: string }} party
 * @returns {[string, string]}
 */
function nameOf({ id, name, role }) {
  return [id, PARTY[role] ? `${name} (${PARTY[role]})` : name];
}

/** @param {[string, string][]} options */
function select(options) {
  return h(
    "select",
    {},
    options.map(([value, label]) => h("option", { value }, label)),
  );
}

/**
 * @param {string} label
 * @param {HTMLElement} control
 */
function labelled(label, control) {
  control.id = freshId();
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

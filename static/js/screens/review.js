// "Xem lại": what blocks, what is advisable, the other side's own words, and the record as they will read it.

import { recordOf } from "../core/record.js";
import { flushDrafts, visit as readVisit, saveDraft, write } from "../sync/field.js";
import { fill, freshId, h } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import { paperView } from "../ui/paper.js";
import { frame } from "./frame.js";
import { draftsOf } from "./item_view.js";
import { judge } from "./summary.js";
import { isReadOnly } from "./wording.js";

/** @typedef {import("./summary.js").Point} Point */

/** @type {import("./frame.js").OpenScreen} */
export async function open([id = ""], shell) {
  await flushDrafts();
  const visit = await readVisit(id);
  const readOnly = isReadOnly(visit);
  const label = freshId();
  const field = h("textarea", { id: label, rows: 3, maxlength: 20_000, disabled: readOnly });
  const standing = (visit.state.opinion?.heads ?? []).at(-1)?.text ?? "";
  field.value = draftsOf(visit, "")?.opinion ?? standing;
  field.addEventListener("input", () => saveDraft(id, "", "opinion", field.value));
  field.addEventListener("change", () => void keep());
  const points = h("div", { class: "sections" });
  const paper = h("div", {});
  const sign = h("a", { class: "button primary grow", href: `#/visit/${id}/sign` }, icon("sign"), "Ký");
  const send = h("a", { class: "button primary grow", href: `#/visit/${id}/send` }, icon("send"), "Gửi");
  const view = frame(
    { title: "Xem lại", back: `#/visit/${id}` },
    [
      points,
      h(
        "div",
        { class: "field opinion" },
        h("label", { for: label }, "Ý kiến của đối tượng kiểm tra (ghi nguyên văn)"),
        field,
      ),
      h("a", { class: "button wide", href: `#/visit/${id}/read` }, icon("list"), "Cho đối tượng đọc biên bản"),
      paper,
    ],
    h("div", { class: "bar-row" }, sign, send),
  );

  async function keep() {
    try {
      await write(id, { k: "opinion", text: field.value.trim() }, { clears: { item: "", field: "opinion" } });
    } catch (error) {
      shell.trouble(error);
    }
    draw();
  }

  function draw() {
    const { blocks, advisable } = judge(visit);
    fill(
      points,
      blocks.length
        ? section("Phải làm trước khi gửi", "bad", blocks)
        : notice({ tone: "good", title: "Không còn gì ngăn việc gửi." }, "banner"),
      advisable.length > 0 && section("Nên làm", "wait", advisable),
    );
    fill(paper, paperView(recordOf(visit)));
    sign.hidden = readOnly;
    send.hidden = readOnly;
    // One primary action at a time: sign until what blocks is gone, then send.
    send.classList.toggle("primary", blocks.length === 0);
    sign.classList.toggle("primary", blocks.length > 0);
  }

  draw();
  return {
    element: view.element,
    title: "Xem lại",
    hear(event) {
      view.hear(event);
      if (event.kind === "visit" && event.id === id) draw();
    },
    close: () => void flushDrafts(),
  };
}

/**
 * @param {string} title
 * @param {"bad" | "wait"} tone
 * @param {Point[]} points
 */
function section(title, tone, points) {
  return h(
    "section",
    { class: "points", "data-tone": tone },
    h("h2", {}, icon(tone === "bad" ? "stop" : "warn"), `${title} (${points.length})`),
    h(
      "ul",
      { class: "lines", role: "list" },
      points.map(({ text, href }) =>
        h(
          "li",
          {},
          href
            ? h("a", { class: "line", href }, h("span", { class: "line-name" }, text), icon("forward"))
            : h("div", { class: "line" }, text),
        ),
      ),
    ),
  );
}

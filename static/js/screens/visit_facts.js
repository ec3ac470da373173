// What the office knows about a visit and its site: open violations, contacts, the ground, the team, earlier visits.

import { h } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { day, due, localDay, ROLE, SEVERITY } from "../ui/words.js";
import { GROUND, VISIT_KIND } from "./wording.js";

/** @typedef {import("../types.d.ts").VisitDocument} VisitDocument */

/** @param {VisitDocument} document */
export function violations({ open_violations }) {
  const today = localDay(Date.now());
  return h(
    "section",
    {},
    h("h2", {}, `Vi phạm đang mở (${open_violations.length})`),
    open_violations.length === 0 && h("p", { class: "hint" }, "Không có vi phạm nào còn mở ở đây."),
    h(
      "ul",
      { class: "lines", role: "list" },
      open_violations.map((each) => {
        const left = each.deadline === null ? "chưa đặt hạn" : due(each.deadline, today);
        const late = each.deadline !== null && each.deadline < today;
        return h(
          "li",
          { class: "line-block" },
          h("p", {}, h("b", {}, each.code || each.item), ` ${each.title}`),
          h(
            "p",
            { class: "small" },
            h("span", { class: "tag", "data-tone": late ? "bad" : "wait" }, late && icon("warn"), left),
            ` ${SEVERITY[each.severity] ?? ""}, phát hiện ${day(each.found_on)}, ${each.agency}${each.organisation ? `, ${each.organisation}` : ""}`,
          ),
        );
      }),
    ),
  );
}

/** @param {VisitDocument} document */
export function contacts({ site: place }) {
  return h(
    "section",
    {},
    h("h2", {}, "Liên hệ"),
    place.contacts.length === 0 && h("p", { class: "hint" }, "Chưa có người liên hệ."),
    h(
      "ul",
      { class: "lines", role: "list" },
      place.contacts.map(({ name, role, phone }) =>
        h(
          "li",
          { class: "line" },
          h("span", { class: "line-name" }, name, role && h("span", { class: "small" }, `, ${role}`)),
          phone &&
            h(
              "a",
              { class: "button", href: `tel:${phone.replace(/[^+\d]/g, "")}`, "aria-label": `Gọi ${name}, ${phone}` },
              icon("phone"),
              phone,
            ),
        ),
      ),
    ),
  );
}

/** @param {VisitDocument} document */
export function ground(document) {
  const [from, to] = document.window;
  return h(
    "section",
    {},
    h("h2", {}, "Căn cứ kiểm tra"),
    h(
      "p",
      {},
      from === to ? `Ngày ${day(from)}` : `Từ ${day(from)} đến ${day(to)}`,
      document.planned ? ", theo kế hoạch" : ", đột xuất",
    ),
    document.decision?.no && h("p", {}, `Quyết định số ${document.decision.no} ngày ${day(document.decision.date)}`),
    h("p", {}, GROUND[document.ground] ?? document.ground),
    document.ground_note && h("p", { class: "small" }, document.ground_note),
  );
}

/** @param {VisitDocument} document */
export function team({ team: people }) {
  return h(
    "section",
    {},
    h("h2", {}, "Đoàn kiểm tra"),
    h(
      "ul",
      { class: "plain-list" },
      people.map(({ name, title, agency, role, is_secretary }) =>
        h(
          "li",
          {},
          h("b", {}, name),
          `, ${ROLE[role] ?? role}${is_secretary ? ", thư ký" : ""}`,
          h("br"),
          h("span", { class: "small" }, [title, agency].filter(Boolean).join(", ")),
        ),
      ),
    ),
  );
}

/** @param {VisitDocument} document */
export function history({ history: visits }) {
  return h(
    "section",
    {},
    h("h2", {}, "Các lần kiểm tra trước"),
    visits.length === 0 && h("p", { class: "hint" }, "Chưa có lần kiểm tra nào được ghi nhận."),
    h(
      "ul",
      { class: "plain-list" },
      visits.map((each) =>
        h(
          "li",
          {},
          `${day(each.date)}, ${VISIT_KIND[each.kind] ?? each.kind}, ${each.agency}: `,
          each.failing ? `${each.failing} mục không đạt` : "không có mục không đạt",
          h("span", { class: "small" }, ` (${each.number})`),
        ),
      ),
    ),
  );
}

// One visit before and around the checklists: where, whom to call, what was found before, what the ground is.

import { watchPosition } from "../device/position.js";
import { begin, markPosition, visit as readVisit } from "../sync/field.js";
import { signedInUser } from "../sync/session.js";
import { fill, h, say } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { placeResult } from "../ui/place.js";
import { localDay, number, PARTY } from "../ui/words.js";
import { frame } from "./frame.js";
import { firstPlace, placeHash } from "./places.js";
import { standing } from "./standing.js";
import { contacts, ground, history, team, violations } from "./visit_facts.js";
import { isReadOnly, placeOf, SITE_KIND, stateOf, VISIT_KIND } from "./wording.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 */

/** @type {import("./frame.js").OpenScreen} */
export async function open([id = ""], shell) {
  const visit = await readVisit(id);
  const start = h("button", { type: "button", class: "primary grow", onclick: () => void enter() });
  const locate = h("button", { type: "button", onclick: () => void mark() }, icon("pin"), "Lấy vị trí");
  const review = h("a", { class: "button", href: `#/visit/${id}/review` }, "Xem lại");
  const where = h("div", { role: "status" });
  const body = h("div", { class: "sections" });
  const view = frame(
    { title: visit.document.site.name, back: "#/" },
    [where, body],
    h("div", { class: "bar-row" }, locate, review, start),
  );

  function draw() {
    const begun = isBegun(visit);
    const readOnly = isReadOnly(visit);
    say(start, readOnly ? "Xem phiếu" : begun ? "Tiếp tục kiểm tra" : "Bắt đầu kiểm tra");
    start.disabled = visit.checklists.length === 0;
    locate.hidden = readOnly;
    review.hidden = !begun;
    fill(body, sectionsOf(visit));
    if (!where.firstChild) fill(where, lastPosition(visit));
  }

  async function enter() {
    start.disabled = true;
    try {
      if (!isReadOnly(visit)) await begin(id);
      shell.go(placeHash(id, firstPlace(visit)));
    } catch (error) {
      shell.trouble(error);
    } finally {
      start.disabled = false;
    }
  }

  async function mark() {
    locate.disabled = true;
    fill(where, h("p", { class: "hint" }, "Đang định vị… Ra chỗ thoáng nếu lâu."));
    try {
      fill(where, placeResult(await markPosition(id)));
    } catch (error) {
      fill(where);
      shell.trouble(error);
    } finally {
      locate.disabled = false;
    }
    where.scrollIntoView({ block: "center" });
  }

  draw();
  /** @type {() => void} */
  let stop = () => {};
  return {
    element: view.element,
    title: visit.document.site.name,
    hear(event) {
      view.hear(event);
      if ((event.kind === "visit" && event.id === id) || event.kind === "visits") draw();
    },
    shown: () => {
      if (isBegun(visit)) stop = watchPosition();
    },
    close: () => stop(),
  };
}

/** @param {Visit} visit */
function sectionsOf(visit) {
  const { document } = visit;
  return [
    ...standing(visit),
    site(visit),
    checklists(visit),
    violations(document),
    contacts(document),
    ground(document),
    team(document),
    history(document),
  ];
}

/** Each person begins for themselves. @param {Visit} visit */
function isBegun({ state }) {
  const me = signedInUser()?.id;
  return state.opened.some(({ by }) => by === me);
}

/** @param {Visit} visit */
function site(visit) {
  const { document, tally } = visit;
  const { site: place, organisation } = document;
  const state = stateOf(
    {
      ...visit,
      opened: visit.state.opened.length > 0,
      submitted: visit.state.submitted.length > 0,
      tally,
      held: visit.held.length,
    },
    localDay(Date.now()),
  );
  return h(
    "section",
    { class: "facts-of-site" },
    h("h2", { class: "site-name" }, place.name),
    h(
      "p",
      {},
      h("span", { class: "tag", "data-tone": state.tone }, state.word),
      h("span", { class: "small" }, ` ${VISIT_KIND[document.kind] ?? document.kind} ${document.number}`),
    ),
    h(
      "p",
      {},
      SITE_KIND[place.kind] ?? place.kind,
      place.workers !== null && `, ${number(place.workers)} người lao động`,
    ),
    h("p", {}, placeOf(document)),
    organisation &&
      h(
        "p",
        {},
        h("b", {}, organisation.name),
        h("br"),
        h(
          "span",
          { class: "small" },
          [
            organisation.tax_code && `MST ${organisation.tax_code}`,
            organisation.representative && `đại diện ${organisation.representative}`,
          ]
            .filter(Boolean)
            .join(", "),
        ),
      ),
    document.parties.length > 0 &&
      h(
        "ul",
        { class: "plain-list" },
        document.parties.map(({ name, role }) => h("li", {}, `${PARTY[role] ?? role}: ${name}`)),
      ),
    place.lat !== null &&
      place.lon !== null &&
      h(
        "a",
        {
          class: "button",
          href: `geo:${place.lat},${place.lon}?q=${place.lat},${place.lon}(${encodeURIComponent(place.name)})`,
        },
        icon("map"),
        "Mở bản đồ",
      ),
  );
}

/** @param {Visit} visit */
function checklists(visit) {
  const rows = visit.checklists.map((checklist) => {
    const done = visit.progress[checklist.code];
    const first = checklist.sections.find(({ id }) => (done?.sections[id]?.visible ?? 0) > 0);
    const inside = [
      h("span", { class: "line-name" }, h("b", {}, checklist.code), ` ${checklist.title}`),
      h(
        "span",
        { class: "line-end" },
        `${done?.answered ?? 0}/${done?.visible ?? 0}`,
        done && done.failing > 0 ? h("span", { class: "count-fail" }, `${done.failing} không đạt`) : null,
      ),
    ];
    const begun = isBegun(visit) || isReadOnly(visit);
    return h(
      "li",
      {},
      begun && first
        ? h("a", { class: "line", href: `#/visit/${visit.id}/check/${checklist.code}/${first.id}` }, inside)
        : h("div", { class: "line" }, inside),
    );
  });
  return h("section", {}, h("h2", {}, "Phiếu kiểm tra"), h("ul", { class: "lines", role: "list" }, rows));
}

/** @param {Visit} visit */
function lastPosition({ state }) {
  const last = state.positions.at(-1);
  return last?.gps
    ? placeResult({
        fix: { lat: last.gps[0], lon: last.gps[1], accuracy: last.gps[2], time: last.gps[3] },
        distance: last.distance,
        warnings: [],
      })
    : null;
}

// "Việc của tôi": the visits by day, and what this phone has not sent yet.

import { distanceTo } from "../core/geo.js";
import { lastFix, position } from "../device/position.js";
import { syncNow, syncState, visits } from "../sync/field.js";
import { offlineReady, signedInUser } from "../sync/session.js";
import { fill, h, listen, show } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import { strip } from "../ui/strip.js";
import { visitCard } from "../ui/visit_card.js";
import { daysBetween, dayTitle, localDay } from "../ui/words.js";
import { frame } from "./frame.js";
import { openOf, placeOf, stateOf } from "./wording.js";

/**
 * @typedef {import("../types.d.ts").VisitSummary} VisitSummary
 */

const DONE = "Đã xong";
const LATE = "Quá ngày kiểm tra";

/** @type {import("./frame.js").OpenScreen} */
export async function open(_parameters, shell) {
  const user = signedInUser();
  const list = h("div", { class: "days" });
  const foot = strip();
  const refresh = h("button", { type: "button", class: "quiet", onclick: () => void send() }, "Tải việc mới");
  const device = h("a", { class: "button quiet", href: "#/device" }, icon("device"), "Máy và dữ liệu");
  const who = h("p", { class: "who small" }, [user?.name, user?.agency.short_name].filter(Boolean).join(", "));
  const coming = h(
    "p",
    { class: "hint", role: "status", hidden: true },
    "Đang tải phần dùng khi mất mạng. Giữ mạng thêm một lát.",
  );
  const buttons = h("div", { class: "row" }, refresh, device);
  const view = frame({ title: "Việc của tôi" }, [who, coming, list, buttons], foot.element);
  let found = await visits();
  let isStale = false;

  function draw() {
    const today = localDay(Date.now());
    if (found.length === 0) fill(list, empty());
    else
      fill(
        list,
        grouped(found, today).map(([title, each]) => dayOf(title, each, today)),
      );
    drawStrip();
  }

  function drawStrip() {
    const state = syncState();
    foot.update({
      ...state.unsent,
      online: state.online,
      running: state.running,
      trouble: state.lastError?.message ?? null,
      lastSuccess: state.lastSuccess,
      now: Date.now(),
    });
    refresh.disabled = state.running;
  }

  async function reload() {
    found = await visits();
    draw();
  }

  async function send() {
    try {
      await syncNow();
    } catch (error) {
      shell.trouble(error);
    }
    await reload();
  }

  /** Several events arrive together; the list is read once for all of them. */
  function reloadSoon() {
    if (isStale) return;
    isStale = true;
    setTimeout(() => {
      isStale = false;
      reload().catch(shell.trouble);
    }, 100);
  }

  listen(foot.element, "send", () => void send());
  const clock = setInterval(drawStrip, 30_000);
  draw();
  return {
    element: view.element,
    title: "Việc của tôi",
    hear(event) {
      view.hear(event);
      if (event.kind === "offline") show(coming, false);
      // Why the list is empty depends on whether the server has answered yet.
      if (event.kind === "sync" && found.length === 0) draw();
      else if (event.kind === "sync" || event.kind === "network") drawStrip();
      if (event.kind === "visit" || event.kind === "visits") reloadSoon();
    },
    shown() {
      void locate().then((moved) => moved && draw());
      void offlineReady().then((ready) => show(coming, !ready));
    },
    close: () => clearInterval(clock),
  };
}

/** The distance is a kindness: asked for only where the person has allowed it before. */
async function locate() {
  const permission = await navigator.permissions?.query({ name: "geolocation" });
  if (permission?.state !== "granted") return false;
  return (await position({ timeout: 8000 })) !== null;
}

/**
 * @param {VisitSummary[]} visits
 * @param {string} today
 * @returns {[string, VisitSummary[]][]}
 */
function grouped(visits, today) {
  /** @type {Map<string, VisitSummary[]>} */
  const groups = new Map();
  const ordered = [...visits].sort((a, b) => orderOf(a, today).localeCompare(orderOf(b, today)));
  // What is done is read from its end: the last one first.
  const todo = ordered.filter((visit) => !isDone(visit));
  for (const visit of [...todo, ...ordered.filter(isDone).reverse()]) {
    const title = groupOf(visit, today);
    groups.set(title, [...(groups.get(title) ?? []), visit]);
  }
  return [...groups];
}

/**
 * @param {VisitSummary} visit
 * @param {string} today
 */
function groupOf(visit, today) {
  const [from, to] = visit.document.window;
  if (isDone(visit)) return DONE;
  if (daysBetween(today, to) < 0) return LATE;
  return dayTitle(daysBetween(today, from) < 0 ? today : from, today);
}

/**
 * Late ones first, then by day, sent ones last.
 * @param {VisitSummary} visit
 * @param {string} today
 */
function orderOf(visit, today) {
  const [from, to] = visit.document.window;
  if (isDone(visit)) return `9${to}`;
  return daysBetween(today, to) < 0 ? `0${to}` : `1${from < today ? today : from}${to}`;
}

/** @param {VisitSummary} visit */
function isDone({ submitted, document }) {
  return (
    (submitted && document.state !== "returned") || document.state === "approved" || document.state === "cancelled"
  );
}

/**
 * @param {string} title
 * @param {VisitSummary[]} visits
 * @param {string} today
 */
function dayOf(title, visits, today) {
  const fix = lastFix();
  return h(
    "section",
    { class: "day" },
    h("h2", { class: "day-title", "data-tone": title === LATE ? "bad" : null }, title),
    visits.map((visit) =>
      visitCard({
        href: `#/visit/${visit.id}`,
        site: visit.document.site.name,
        address: placeOf(visit.document),
        metres: fix ? distanceTo(fix, visit.document) : null,
        window: visit.document.window,
        checklists: visit.document.checklists.map(({ code }) => code),
        open: openOf(visit.document, today),
        state: stateOf(visit, today),
        unsent: visit.unsent.ops + visit.unsent.photos,
        held: visit.held,
      }),
    ),
  );
}

function empty() {
  return syncState().lastSuccess === null
    ? notice({
        tone: "wait",
        title: "Chưa tải được việc nào.",
        text: "Cần có mạng một lần để tải các cuộc kiểm tra được phân công, hồ sơ và phiếu về máy.",
      })
    : notice({
        tone: "plain",
        title: "Chưa có cuộc kiểm tra nào được phân công.",
        text: "Khi có phân công mới, cuộc kiểm tra tự hiện ở đây. Mọi dữ liệu đã ghi vẫn được giữ.",
      });
}

// The checklist: one section scrolls as one page; a tap is painted at once and written strictly behind it.

import { progress, verdict, visibleItems } from "../core/checklist.js";
import { watchPosition } from "../device/position.js";
import { flushDrafts, photoUrl, visit as readVisit, saveDraft, write } from "../sync/field.js";
import { signedInUser } from "../sync/session.js";
import { fill, h, listen, say } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { checklistItem } from "../ui/item.js";
import { notice } from "../ui/notice.js";
import { decides } from "./decision.js";
import { searched } from "./earlier.js";
import { frame } from "./frame.js";
import { itemView } from "./item_view.js";
import { photoDesk } from "./photo_desk.js";
import { nextOf, placeHash, sectionsOf } from "./places.js";
import { isReadOnly } from "./wording.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Answer} Answer
 */

// Cards are made a few at a time, so that a long section is usable before its end exists.
const FIRST = 8;
const MORE = 6;
const AT_ONCE = 16;

/** @type {import("./frame.js").OpenScreen} */
export async function open([id = "", code = "", section = "", target], shell) {
  const visit = await readVisit(id);
  const checklist = visit.checklists.find((each) => each.code === code);
  if (!checklist) return missing(code, id);
  const me = signedInUser()?.id ?? "";
  /** @type {Map<string, Answer>} */
  const writing = new Map();
  /** @type {Map<string, import("../ui/finding.js").Finding>} */
  const findings = new Map();
  const beside = {
    writing,
    findings,
    unfolded: new Set(target ? [target] : []),
    saving: new Set(),
    third: new Set(),
    me,
    readOnly: isReadOnly(visit),
  };
  const byId = new Map(checklist.items.map((each) => [each.id, each]));
  /** @type {Map<string, ReturnType<typeof checklistItem>>} */
  const pieces = new Map();
  const list = h("div", { class: "items" });
  const next = h("div", { class: "next" });
  const unanswered = h(
    "button",
    { type: "button", class: "bar-button", onclick: () => jump("unanswered") },
    icon("down"),
    h("span", {}, "Chưa trả lời"),
  );
  const failing = h(
    "button",
    { type: "button", class: "bar-button", onclick: () => jump("fail") },
    icon("cross"),
    h("span", {}, "Không đạt"),
  );
  const bar = h(
    "nav",
    { class: "bar-tabs", "aria-label": "Phiếu kiểm tra" },
    h(
      "button",
      { type: "button", class: "bar-button", onclick: () => void openContents() },
      icon("menu"),
      h("span", {}, "Mục lục, tìm"),
    ),
    unanswered,
    failing,
    h("a", { class: "bar-button", href: `#/visit/${id}/review` }, icon("check"), h("span", {}, "Xem lại")),
  );
  const title = h("h2", { class: "section-title" }, checklist.sections.find((each) => each.id === section)?.title);
  const view = frame({ title: visit.document.site.name, back: `#/visit/${id}` }, [title, list, next], bar);
  const tools = {
    load: (/** @type {string} */ sha, /** @type {"thumb" | "full" | "before"} */ kind) => photoUrl(id, sha, kind),
    parties: partiesOf(visit),
    onDate: visit.onDate,
  };
  const desk = photoDesk(visit, beside, refresh, shell);
  let lastTouched = target ?? "";
  /** Cards that still show what was. @type {string[]} */
  let stale = [];

  // --- what is shown ---------------------------------------------------------------------------

  function values() {
    return writing.size ? { ...visit.values, ...Object.fromEntries(writing) } : visit.values;
  }

  /** @returns {Item[]} */
  function asked() {
    return checklist ? visibleItems(checklist, values(), visit.onDate).filter((each) => each.section === section) : [];
  }

  /** @param {Item} item */
  function pieceOf(item) {
    let piece = pieces.get(item.id);
    if (!piece) {
      piece = checklistItem(item, tools);
      pieces.set(item.id, piece);
    }
    return piece;
  }

  /**
   * Puts the asked items in order into the list, at most `most` new ones; true when all are there.
   * @param {number} most
   */
  function place(most) {
    let before = list.firstElementChild;
    let made = 0;
    const wanted = asked();
    for (const item of wanted) {
      if (!pieces.has(item.id) && made >= most) return false;
      if (!pieces.has(item.id)) made += 1;
      const piece = pieceOf(item);
      if (piece.element !== before) {
        piece.update(itemView(visit, item, beside));
        list.insertBefore(piece.element, before);
      } else before = before.nextElementSibling;
    }
    while (before) {
      const gone = before;
      before = before.nextElementSibling;
      gone.remove();
    }
    return true;
  }

  /** The rest of a long section follows when the screen has been painted. */
  function placeRest() {
    if (!place(MORE)) afterPaint(placeRest);
  }

  /** @param {string[]} ids */
  function refresh(ids) {
    for (const each of ids) {
      const item = byId.get(each);
      const piece = pieces.get(each);
      if (item && piece) piece.update(itemView(visit, item, beside));
    }
  }

  /** Anything may have changed: a few cards per frame, so that a tap in between is not kept waiting. */
  function refreshAll() {
    beside.readOnly = isReadOnly(visit);
    const isRunning = stale.length > 0;
    stale = [...pieces.keys()];
    if (!isRunning) refreshSome();
  }

  function refreshSome() {
    refresh(stale.splice(0, AT_ONCE));
    if (stale.length) afterPaint(refreshSome);
  }

  function head() {
    if (!checklist) return;
    const done = progress(checklist, values(), visit.onDate);
    const here = checklist.sections.find((each) => each.id === section)?.title ?? "";
    view.update({ progress: { code, section: here, answered: done.answered, visible: done.visible } });
    // The way on leads through all checklists of the visit, so the buttons count in all of them.
    const others = visit.checklists.filter((each) => each.code !== code);
    const all = [done, ...others.map((each) => progress(each, values(), visit.onDate))];
    const left = all.reduce((sum, each) => sum + each.visible - each.answered, 0);
    const wrong = all.reduce((sum, each) => sum + each.failing, 0);
    say(/** @type {Element} */ (unanswered.lastElementChild), `Chưa trả lời ${left}`);
    say(/** @type {Element} */ (failing.lastElementChild), `Không đạt ${wrong}`);
    unanswered.disabled = left === 0;
    failing.disabled = wrong === 0;
  }

  function foot() {
    const sections = sectionsOf(visit);
    const at = sections.findIndex((each) => each.code === code && each.section === section);
    const after = sections[at + 1];
    const name =
      after &&
      visit.checklists.find((each) => each.code === after.code)?.sections.find((each) => each.id === after.section)
        ?.title;
    fill(
      next,
      after
        ? h(
            "a",
            { class: "button wide", href: placeHash(id, after) },
            h("span", {}, "Phần tiếp theo: ", h("b", {}, name)),
            icon("forward"),
          )
        : h(
            "a",
            { class: "button wide", href: `#/visit/${id}/review` },
            h("span", {}, "Hết phiếu: xem lại và gửi"),
            icon("forward"),
          ),
    );
  }

  // --- what a person does ------------------------------------------------------------------------

  /**
   * Painted first, written behind: the promise ends when the disk has it.
   * @param {{ item: string, value: Answer, clears?: string }} told
   */
  async function answer({ item, value, clears }) {
    if (!writing.has(item) && visit.state.answers[item]?.state === "conflict" && !(await isDecided(item, value)))
      return;
    // The disk is asked first and works while the button, and nothing else, is painted; the rest of the item follows
    // when it is written, so that the disk's word is not kept waiting by a second painting.
    const written = write(
      id,
      { k: "answer", i: item, v: value },
      clears ? { clears: { item, field: clears } } : undefined,
    );
    writing.set(item, value);
    beside.third.delete(item);
    beside.unfolded.add(item);
    pieces.get(item)?.press(value);
    await written.catch(shell.trouble);
    if (writing.get(item) === value) writing.delete(item);
    refresh([item]);
    touch(item);
    follow();
  }

  /**
   * Colleagues differ here: what the answer replaces is named first.
   * @param {string} item
   * @param {Answer} value
   */
  async function isDecided(item, value) {
    const found = byId.get(item);
    return found !== undefined && (await decides(visit, found, value));
  }

  /**
   * An item that is answered folds when the person goes on to another one, never under the thumb.
   * @param {string} item
   */
  function touch(item) {
    const left = lastTouched;
    lastTouched = item;
    beside.unfolded.add(item);
    if (left === "" || left === item) return;
    atRest(() => foldAway(left, item));
  }

  let isToFollow = false;

  /** What an answer changes elsewhere: other items are asked, the counts, the way on. */
  function follow() {
    if (isToFollow) return;
    isToFollow = true;
    atRest(() => {
      isToFollow = false;
      if (!place(MORE)) afterPaint(placeRest);
      head();
      foot();
    });
  }

  /**
   * @param {string} item
   * @param {string} anchor stays where it is on the screen
   */
  function foldAway(item, anchor) {
    const piece = pieces.get(item);
    const found = byId.get(item);
    if (!piece || !found || piece.element.contains(document.activeElement)) return;
    if (itemView(visit, found, beside).missing) return;
    beside.unfolded.delete(item);
    const fixed = pieces.get(anchor)?.element;
    const before = fixed?.getBoundingClientRect().top ?? 0;
    refresh([item]);
    const moved = (fixed?.getBoundingClientRect().top ?? 0) - before;
    if (moved) window.scrollBy(0, moved);
  }

  /** @param {"unanswered" | "fail"} said */
  function jump(said) {
    const place_ = nextOf({ ...visit, values: values() }, said, lastTouched || null);
    if (place_) goTo(place_);
  }

  /** @param {{ code: string, section: string, item?: string }} to */
  function goTo(to) {
    if (to.code !== code || to.section !== section) {
      shell.go(placeHash(id, to));
      return;
    }
    if (to.item) reveal(to.item);
  }

  /** @param {string} item */
  function reveal(item) {
    place(Number.POSITIVE_INFINITY);
    beside.unfolded.add(item);
    lastTouched = item;
    refresh([item]);
    const element = pieces.get(item)?.element;
    element?.scrollIntoView({ block: "start" });
    element?.setAttribute("tabindex", "-1");
    element?.focus({ preventScroll: true });
  }

  async function openContents() {
    const { chooseFromContents } = await import("./contents.js");
    const chosen = await chooseFromContents({ ...visit, values: values() }, { code, section });
    if (chosen) goTo(chosen);
  }

  /** @param {{ item: string, finding: import("../ui/finding.js").Finding }} told */
  async function keepFinding({ item, finding }) {
    findings.set(item, finding);
    try {
      const found = byId.get(item);
      const search = found ? searched(visit, found, finding) : {};
      await write(id, { k: "finding", i: item, ...finding, ...search }, { clears: { item, field: "responsible" } });
    } catch (error) {
      shell.trouble(error);
    }
    if (findings.get(item) === finding) findings.delete(item);
    refresh([item]);
  }

  /** @param {{ item: string, text: string }} told */
  async function keepNote({ item, text }) {
    try {
      await write(id, { k: "comment", i: item, text }, { clears: { item, field: "note" } });
    } catch (error) {
      shell.trouble(error);
    }
    refresh([item]);
  }

  listen(list, "answer", (/** @type {{ item: string, value: Answer, clears?: string }} */ told) => void answer(told));
  listen(
    list,
    "finding",
    (/** @type {{ item: string, finding: import("../ui/finding.js").Finding }} */ told) => void keepFinding(told),
  );
  listen(list, "note", (/** @type {{ item: string, text: string }} */ told) => void keepNote(told));
  listen(list, "draft", (/** @type {{ item: string, field: string, text: string }} */ told) =>
    saveDraft(id, told.item, told.field, told.text),
  );
  listen(list, "third-answer", ({ item }) => {
    beside.third.add(item);
    refresh([item]);
  });
  listen(list, "unfold", ({ item }) => {
    touch(item);
    refresh([item]);
  });
  desk.wire(list);

  // Items with everything they need are folded from the start; what still lacks something stays open.
  for (const item of asked()) {
    const said = verdict(item, visit.values[item.id], visit.onDate);
    if (said === "fail" && itemView(visit, item, beside).missing) beside.unfolded.add(item.id);
  }
  head();
  foot();
  place(FIRST);
  const stop = watchPosition();
  return {
    element: view.element,
    title: `${code} ${visit.document.site.name}`,
    hear(event) {
      view.hear(event);
      if (event.kind !== "visit" || event.id !== id) return;
      // What is being answered here refreshes itself.
      if (event.items) refresh(event.items.filter((item) => !writing.has(item)));
      else refreshAll();
      follow();
    },
    shown() {
      if (target) reveal(target);
      afterPaint(placeRest);
      void desk.recall(target);
    },
    close() {
      stop();
      desk.close();
      void flushDrafts();
    },
  };
}

/** @param {Visit} visit */
function partiesOf({ document }) {
  const { organisation, parties } = document;
  const own =
    organisation && !parties.some(({ id }) => id === organisation.id)
      ? [{ id: organisation.id, name: organisation.name, role: "" }]
      : [];
  return [...own, ...parties];
}

/**
 * @param {string} code
 * @param {string} id
 */
function missing(code, id) {
  const page = notice({
    tone: "wait",
    title: `Phiếu ${code} chưa có trên máy.`,
    text: "Phiếu sẽ tự tải khi có mạng. Những gì đã ghi vẫn an toàn.",
  });
  return { element: frame({ title: code, back: `#/visit/${id}` }, [page]).element, title: code };
}

/**
 * When nothing else is to be done: the next tap is not kept waiting by what the last one left behind.
 * @param {() => void} then
 */
function atRest(then) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(then, { timeout: 500 });
  else afterPaint(then);
}

/**
 * What the person did is painted first.
 * @param {() => void} then
 */
function afterPaint(then) {
  requestAnimationFrame(() => setTimeout(then));
}

// One item of a checklist: asked in full while it is open, one line when it is answered.

import { answers, answerWords, VERDICT_WORDS } from "./answers.js";
import { before } from "./before.js";
import { conflict } from "./conflict.js";
import { freshId, h, say, show, tell } from "./element.js";
import { evidence } from "./evidence.js";
import { heldLines } from "./held.js";
import { icon } from "./icons.js";
import { law } from "./law.js";
import { SEVERITY } from "./words.js";

/**
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Verdict} Verdict
 */

/**
 * @typedef {object} ItemView
 * @property {import("../types.d.ts").Answer} value
 * @property {Verdict} verdict
 * @property {boolean} folded
 * @property {boolean} readOnly
 * @property {string} word trên máy, đã gửi, đã đối chiếu; empty without an answer
 * @property {string} mark the state behind that word
 * @property {import("./held.js").HeldLine[]} held what the supervisor has or has decided
 * @property {import("./conflict.js").ConflictView | null} rivals the differing answers; null without a conflict
 * @property {string[]} agreed who found the same; empty when it was one
 * @property {boolean} third a third answer is being given
 * @property {string} missing what the finding still needs, in words
 * @property {import("./before.js").BeforeView} before what is still open of it from earlier visits
 * @property {Record<string, string> | undefined} draft
 * @property {import("./evidence.js").EvidenceView} evidence
 */

/**
 * @typedef {object} ItemTools what an item needs from outside
 * @property {import("./photos.js").PhotoLoader} load
 * @property {readonly { id: string, name: string, role: string }[]} parties
 * @property {string} onDate the day of the visit
 */

/** @type {Record<Verdict, import("./icons.js").IconName>} */
const SHAPES = { pass: "check", fail: "cross", na: "dash", answered: "check", unanswered: "note" };

/**
 * Tells "answer", "draft", "note", "finding", "add-photo", "view-photo", "third-answer", "unfold" {item}.
 * @param {Item} item
 * @param {ItemTools} tools
 */
export function checklistItem(item, tools) {
  const element = h("article", { class: "item", id: `item-${item.id}`, "data-item": item.id });
  /** @type {ReturnType<typeof foldedLine> | null} */
  let line = null;
  /** @type {ReturnType<typeof openBody> | null} */
  let body = null;

  /** @param {ItemView} view */
  function update(view) {
    element.dataset.verdict = view.rivals ? "conflict" : view.verdict;
    if (view.folded) {
      if (!line) {
        line = foldedLine(item);
        element.prepend(line.element);
      }
      line.update(view);
    } else {
      if (!body) {
        body = openBody(item, tools);
        element.append(body.element);
      }
      body.update(view);
    }
    if (line) show(line.element, view.folded);
    if (body) show(body.element, !view.folded);
  }

  /**
   * The least that answers a tap; the rest of the item follows with update().
   * @param {import("../types.d.ts").Answer} value
   */
  function press(value) {
    body?.press(value);
  }

  return { element, press, update };
}

/** @param {Item} item */
function foldedLine(item) {
  const shape = h("span", { class: "fold-shape" });
  const said = h("span", { class: "fold-said" });
  const word = h("span", { class: "fold-word" });
  const element = h(
    "button",
    {
      type: "button",
      class: "fold",
      "aria-expanded": "false",
      onclick: () => tell(element, "unfold", { item: item.id }),
    },
    shape,
    h("span", { class: "fold-ask" }, h("b", {}, item.id), ` ${item.ask}`),
    h("span", { class: "fold-end" }, said, word),
  );
  /** @type {Verdict | null} */
  let drawn = null;

  /** @param {ItemView} view */
  function update(view) {
    if (drawn !== view.verdict) shape.replaceChildren(icon(SHAPES[view.verdict]));
    drawn = view.verdict;
    const words =
      view.verdict === "pass" || view.verdict === "fail" ? VERDICT_WORDS[view.verdict] : answerWords(item, view.value);
    say(said, view.agreed.length ? `${words}, ${view.agreed.length} người` : words);
    say(word, view.word);
    word.dataset.state = view.mark;
  }

  return { element, update };
}

/**
 * @param {Item} item
 * @param {ItemTools} tools
 */
function openBody(item, tools) {
  const question = h("h3", { class: "question", id: freshId() }, item.ask);
  const word = h("span", { class: "word" });
  const severity = h(
    "span",
    { class: "severity", "data-severity": item.severity },
    item.severity === 4 && icon("stop"),
    SEVERITY[item.severity],
  );
  // A question that cannot be failed only decides what else is asked: it has no weight of its own.
  const weight = item.phrases ? [" · ", severity] : [];
  const head = h("p", { class: "item-head" }, h("b", {}, item.id), weight, word);
  const control = answers(item, question.id);
  const held = heldLines();
  const agreed = h("p", { class: "agreed small", hidden: true }, icon("people"));
  const agreedWords = h("span", {});
  agreed.append(agreedWords);
  const missing = h("p", { class: "missing", role: "status", hidden: true });
  const missingWords = h("span", {});
  missing.append(icon("warn"), missingWords);
  const rivals = h("div", {});
  const open = h("div", {});
  /** @type {ReturnType<typeof before> | null} */
  let earlier = null;
  const proof = evidence(item, tools);
  const element = h(
    "div",
    { class: "item-body" },
    head,
    question,
    law(item, tools.onDate),
    open,
    rivals,
    control.element,
    agreed,
    held.element,
    proof.element,
    missing,
  );
  let drawnRivals = "";

  /** @param {ItemView} view */
  function update(view) {
    say(word, view.word);
    word.dataset.state = view.mark;
    const key = view.rivals ? JSON.stringify(view.rivals) : "";
    if (key !== drawnRivals)
      rivals.replaceChildren(...(view.rivals ? [conflict(item.id, view.rivals, tools.load)] : []));
    drawnRivals = key;
    show(control.element, !view.rivals || view.third);
    // A third answer starts from nothing: neither of the two is taken for granted.
    control.update(view.rivals ? { ...view, value: null, verdict: "unanswered" } : view);
    if (view.before.rows.length > 0 && !earlier) {
      earlier = before(tools.load);
      open.append(earlier.element);
    }
    earlier?.update(view.before);
    say(agreedWords, `${view.agreed.length} người xác nhận: ${view.agreed.join(", ")}`);
    show(agreed, view.agreed.length > 0);
    held.update(view.held);
    proof.update(view.evidence);
    say(missingWords, view.missing);
    show(missing, view.missing !== "");
  }

  /**
   * What is pressed now is not on the disk yet: the word of the answer before it does not stand beside it.
   * @param {import("../types.d.ts").Answer} value
   */
  function press(value) {
    control.press(value);
    say(word, "");
  }

  return { element, press, update };
}

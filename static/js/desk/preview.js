// A checklist drawn by the phone's own pieces, for whoever reads it at the office: answers can be tapped, none is kept.

import { missingEvidence, verdict, visibleItems } from "../core/checklist.js";
import { h } from "../ui/element.js";
import { checklistItem } from "../ui/item.js";
import { addDays, MISSING } from "../ui/words.js";

/**
 * @typedef {import("../types.d.ts").Checklist} Checklist
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Answer} Answer
 */

const root = /** @type {HTMLElement} */ (document.getElementById("phone"));
const onDate = root.dataset.on ?? "";
/** @type {Map<string, Answer>} */
const values = new Map();
/** @type {Map<string, ReturnType<typeof checklistItem>>} */
const pieces = new Map();
/** Answered items that were opened again. @type {Set<string>} */
const unfolded = new Set();

const answer = await fetch(root.dataset.checklist ?? "");
if (answer.ok) begin(/** @type {Checklist} */ (await answer.json()));
else root.append(h("p", {}, "Không tải được phiếu. Hãy tải lại trang."));

/** @param {Checklist} checklist */
function begin(checklist) {
  const tools = { load: async () => null, parties: [], onDate };
  for (const item of checklist.items) pieces.set(item.id, checklistItem(item, tools));
  root.addEventListener("answer", (event) => {
    const { item, value } = /** @type {CustomEvent<{ item: string, value: Answer }>} */ (event).detail;
    values.set(item, value);
    unfolded.delete(item);
    draw(checklist);
  });
  root.addEventListener("unfold", (event) => {
    unfolded.add(/** @type {CustomEvent<{ item: string }>} */ (event).detail.item);
    draw(checklist);
  });
  draw(checklist);
}

/** @param {Checklist} checklist */
function draw(checklist) {
  const asked = visibleItems(checklist, Object.fromEntries(values), onDate);
  /** @type {HTMLElement[]} */
  const shown = [h("h1", { class: "section-title" }, checklist.title)];
  for (const section of checklist.sections) {
    const items = asked.filter((each) => each.section === section.id);
    if (!items.length) continue;
    const list = h("div", { class: "items" });
    for (const item of items) {
      const piece = /** @type {ReturnType<typeof checklistItem>} */ (pieces.get(item.id));
      piece.update(view(item));
      list.append(piece.element);
    }
    shown.push(h("h2", { class: "section-title" }, section.title), list);
  }
  root.replaceChildren(...shown);
}

/**
 * What the phone proposes when an item fails.
 * @param {Item} item
 * @returns {import("../ui/finding.js").Finding}
 */
function proposed(item) {
  return {
    kind: item.penalties?.length ? "violation" : "shortcoming",
    responsible: null,
    responsible_text: "",
    deadline: addDays(onDate, item.remedy_days),
    stop_demanded: false,
    stop_proposed: false,
  };
}

/**
 * @param {Item} item
 * @returns {import("../ui/item.js").ItemView}
 */
function view(item) {
  const value = values.get(item.id) ?? null;
  const said = verdict(item, value, onDate);
  const missing = missingEvidence(item, value, onDate, { note: "", photos: 0 });
  return {
    value,
    verdict: said,
    folded: said !== "unanswered" && !unfolded.has(item.id),
    readOnly: false,
    word: "",
    before: { rows: [], today: null },
    mark: "",
    held: [],
    rivals: null,
    agreed: [],
    third: false,
    missing: missing.length ? `Còn thiếu: ${missing.map((each) => MISSING[each]).join(", ")}.` : "",
    draft: undefined,
    evidence: {
      failing: said === "fail",
      answered: said !== "unanswered",
      readOnly: false,
      saving: false,
      note: { text: "", others: [], draft: undefined, readOnly: false },
      photos: [],
      finding: {
        finding: proposed(item),
        suggestion: "",
        draft: undefined,
        earlier: { summary: "", groups: [], searched: "", ask: false },
        rivals: [],
        readOnly: false,
      },
      where: "",
    },
  };
}

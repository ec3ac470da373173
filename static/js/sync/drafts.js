// Text that is still being typed: kept at each short pause, so that a killed app costs at most a word.

import { dropDraft, keepDraft } from "../store/visits.js";
import { current } from "./here.js";
import { inMemory } from "./live.js";

/** @typedef {import("../types.d.ts").TextDraft} TextDraft */

const PAUSE = 300;

/** What is typed and not kept yet. @type {Map<string, TextDraft>} */
const typed = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Promise<void>} */
let keeping = Promise.resolve();

/**
 * @param {string} insp
 * @param {string} item
 * @param {string} field
 * @param {string} text
 */
export function saveDraft(insp, item, field, text) {
  typed.set(key({ insp, item, field }), { insp, item, field, text, t: Date.now() });
  clearTimeout(timer);
  timer = setTimeout(() => void flushDrafts().catch(reportError), PAUSE);
}

/**
 * Keep everything typed so far.
 * @returns {Promise<void>}
 */
export function flushDrafts() {
  clearTimeout(timer);
  keeping = keeping.catch(() => {}).then(keepAll); // whoever waited for the last one was told
  return keeping;
}

async function keepAll() {
  const { db } = current();
  for (const [name, draft] of [...typed]) {
    await (draft.text === "" ? dropDraft(db, draft) : keepDraft(db, draft));
    // Only when nothing was typed meanwhile.
    if (typed.get(name) === draft) typed.delete(name);
    // The visit may have been withdrawn and forgotten while somebody typed; the words stay on the disk.
    const whole = await inMemory(draft.insp);
    if (!whole) continue;
    const others = whole.visit.drafts.filter((each) => key(each) !== name);
    whole.visit.drafts = draft.text === "" ? others : [...others, draft];
  }
}

/**
 * It became an operation: what was typed must not come back.
 * @param {{ insp: string, item: string, field: string }} draft
 */
export async function settleDraft(draft) {
  typed.delete(key(draft));
  await keeping.catch(() => {}); // one that is being kept now would land after the operation
}

/** @param {{ insp: string, item: string, field: string }} draft */
function key({ insp, item, field }) {
  return `${insp}\n${item}\n${field}`;
}

/** iOS may give a page no other moment than these. */
export function startDrafts() {
  const flush = () => {
    if (typed.size > 0) void flushDrafts().catch(reportError);
  };
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush();
  });
}

// What an answer to a checklist item means: the rules of inspect_app/domain/checklists.py, word for word,
// so that the phone can preview what fails. The golden cases in forms/ hold the two together.

/**
 * @typedef {import("../types.d.ts").Answers} Answers
 * @typedef {import("../types.d.ts").Checklist} Checklist
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Condition} Condition
 * @typedef {import("../types.d.ts").FailRule} FailRule
 * @typedef {import("../types.d.ts").Progress} Progress
 * @typedef {import("../types.d.ts").Tally} Tally
 * @typedef {import("../types.d.ts").Verdict} Verdict
 */

export const NOT_APPLICABLE = "na";
export const NEVER_DONE = "none";
const TEXT_LENGTH = 20_000;
const GREATEST_NUMBER = 1_000_000;
const FIRST_DATE = Date.UTC(1950, 0, 1);
const LAST_DATE = Date.UTC(2100, 11, 31);
const PHOTO_SEVERITY = 3;
const DAY = 86_400_000;

/** An answer that can never be one; the same code and facts as on the server. */
export class BadAnswer extends Error {
  /**
   * @param {Item} item
   * @param {string} reason
   */
  constructor(item, reason) {
    super(`bad-answer (item=${item.id}, type=${item.type}, reason=${reason})`);
    this.code = "bad-answer";
    this.facts = { item: item.id, type: item.type, reason };
  }
}

/**
 * Refuse what can never be an answer to this item.
 * @param {Item} item
 * @param {unknown} value
 * @throws {BadAnswer}
 */
export function checkValue(item, value) {
  if (value === null || value === undefined || value === NOT_APPLICABLE) return;
  const reason = whatIsWrong(item, value);
  if (reason) throw new BadAnswer(item, reason);
}

/**
 * @param {Item} item
 * @param {unknown} value
 * @returns {string | null}
 */
function whatIsWrong(item, value) {
  switch (item.type) {
    case "pass-fail":
      return value === "pass" || value === "fail" ? null : "unknown-option";
    case "choice":
      return (item.options ?? []).some((each) => each.id === value) ? null : "unknown-option";
    case "number":
      return wrongNumber(item, value);
    case "count":
      return wrongCount(item, value);
    case "date":
      return wrongDate(value);
    case "text":
      if (typeof value !== "string") return "not-text";
      return value.length <= TEXT_LENGTH || [...value].length <= TEXT_LENGTH ? null : "too-long";
  }
}

/**
 * @param {Item} item
 * @param {unknown} value
 */
function wrongNumber(item, value) {
  const number = asNumber(value);
  if (number === null) return "not-a-number";
  const [least, most] = item.range ?? [-GREATEST_NUMBER, GREATEST_NUMBER];
  return least <= number && number <= most ? null : "out-of-range";
}

/**
 * A field may still be missing: the inspector is half way. It may not be impossible.
 * @param {Item} item
 * @param {unknown} value
 */
function wrongCount(item, value) {
  const counts = asCounts(value);
  if (counts === null) return "not-a-count";
  const fields = item.fields ?? [];
  if (Object.keys(counts).some((key) => !fields.some((each) => each.id === key))) return "unknown-field";
  const given = fields.filter((each) => Object.hasOwn(counts, each.id));
  if (given.some((each) => each.decimal && asNumber(counts[each.id]) === null)) return "not-a-number";
  if (given.some((each) => !fits(each, counts[each.id]))) return "not-a-whole-number";
  for (const each of given) {
    const count = asNumber(counts[each.id]) ?? 0;
    if (count < 0 || count > GREATEST_NUMBER) return "out-of-range";
  }
  for (const each of fields) {
    if (each.within === undefined) continue;
    const part = asNumber(counts[each.id]);
    const whole = asNumber(counts[each.within]);
    if (part !== null && whole !== null && part > whole) return "more-than-the-whole";
  }
  return null;
}

/**
 * @param {{ decimal?: boolean }} field
 * @param {unknown} count
 */
function fits(field, count) {
  return field.decimal ? asNumber(count) !== null : Number.isInteger(count);
}

/** @param {unknown} value */
function wrongDate(value) {
  if (value === NEVER_DONE) return null;
  const day = asDay(value);
  if (day === null) return "not-a-date";
  return FIRST_DATE <= day && day <= LAST_DATE ? null : "out-of-range";
}

/**
 * What the answer says on the day of the visit. Never throws; what is no answer is "unanswered".
 * @param {Item} item
 * @param {unknown} value
 * @param {string} onDate YYYY-MM-DD, the local day
 * @returns {Verdict}
 */
export function verdict(item, value, onDate) {
  if (value === null || value === undefined) return "unanswered";
  if (value === NOT_APPLICABLE) return "na";
  switch (item.type) {
    case "pass-fail":
      return value === "pass" || value === "fail" ? value : "unanswered";
    case "choice":
      return verdictOfChoice(item, value);
    case "number":
      return verdictOfNumber(item, value);
    case "count":
      return verdictOfCount(item, value);
    case "date":
      return verdictOfDate(item, value, onDate);
    case "text":
      return typeof value === "string" && value.trim() !== "" ? "answered" : "unanswered";
  }
}

/**
 * @param {Item} item
 * @param {unknown} value
 * @returns {Verdict}
 */
function verdictOfChoice(item, value) {
  const option = (item.options ?? []).find((each) => each.id === value);
  if (!option) return "unanswered";
  return option.verdict === "none" ? "answered" : option.verdict;
}

/**
 * @param {Item} item
 * @param {unknown} value
 * @returns {Verdict}
 */
function verdictOfNumber(item, value) {
  const number = asNumber(value);
  if (number === null) return "unanswered";
  if (item.min === undefined && item.max === undefined) return "answered";
  const low = item.min !== undefined && number < item.min;
  const high = item.max !== undefined && number > item.max;
  return low || high ? "fail" : "pass";
}

/**
 * @param {Item} item
 * @param {unknown} value
 * @returns {Verdict}
 */
function verdictOfCount(item, value) {
  const counts = asCounts(value);
  if (counts === null) return "unanswered";
  if ((item.fields ?? []).some((each) => !fits(each, counts[each.id]))) return "unanswered";
  if (!item.fail) return "answered";
  const whole = /** @type {Record<string, number>} */ (counts);
  return item.fail.some((rule) => breaks(rule, whole)) ? "fail" : "pass";
}

/**
 * @param {FailRule} rule
 * @param {Record<string, number>} counts
 */
function breaks(rule, counts) {
  const count = counts[rule.field] ?? 0;
  return (
    (rule.above !== undefined && count > rule.above) ||
    (rule.below !== undefined && count < rule.below) ||
    (rule.above_field !== undefined && count > (counts[rule.above_field] ?? 0)) ||
    (rule.below_field !== undefined && count < (counts[rule.below_field] ?? 0))
  );
}

/**
 * A day that has not come yet is a plan, not something done; what ends today is still good today.
 * @param {Item} item
 * @param {unknown} value
 * @param {string} onDate
 * @returns {Verdict}
 */
function verdictOfDate(item, value, onDate) {
  if (value === NEVER_DONE) return "fail";
  const day = asDay(value);
  const today = asDay(onDate);
  if (day === null || today === null) return "unanswered";
  const age = (today - day) / DAY;
  if (item.expires) return age > 0 ? "fail" : "pass";
  const tooOld = item.older_than_days !== undefined && age > item.older_than_days;
  return age < 0 || tooOld ? "fail" : "pass";
}

/**
 * The items that are asked, in order. The answer of a hidden item counts as not given.
 * @param {Checklist} checklist
 * @param {Answers} values
 * @param {string} onDate
 * @returns {Item[]}
 */
export function visibleItems(checklist, values, onDate) {
  /** @type {Map<string, { item: Item, value: unknown }>} */
  const seen = new Map();
  const visible = [];
  for (const item of checklist.items) {
    if (item.when && !holds(item.when, seen, onDate)) continue;
    visible.push(item);
    seen.set(item.id, { item, value: values[item.id] });
  }
  return visible;
}

/**
 * @param {Condition} condition
 * @param {Map<string, { item: Item, value: unknown }>} seen
 * @param {string} onDate
 * @returns {boolean}
 */
function holds(condition, seen, onDate) {
  if (condition.item !== undefined) {
    const asked = seen.get(condition.item);
    const said = asked ? verdict(asked.item, asked.value, onDate) : "unanswered";
    if (condition.is && !condition.is.some((each) => each === asked?.value)) return false;
    if (condition.verdict && !condition.verdict.includes(said)) return false;
    if (!isBetween(condition, asked?.value)) return false;
  }
  return (
    (condition.all ?? []).every((each) => holds(each, seen, onDate)) &&
    (!condition.any || condition.any.some((each) => holds(each, seen, onDate)))
  );
}

/**
 * @param {Condition} condition
 * @param {unknown} value
 */
function isBetween(condition, value) {
  if (condition.above === undefined && condition.below === undefined) return true;
  const number = asNumber(condition.field === undefined ? value : asCounts(value)?.[condition.field]);
  if (number === null) return false;
  const over = condition.above === undefined || number > condition.above;
  return over && (condition.below === undefined || number < condition.below);
}

/**
 * What a failing answer still needs: "note", "photo", "measurement" (the instrument, in the note).
 * @param {Item} item
 * @param {unknown} value
 * @param {string} onDate
 * @param {{ note: string | null | undefined, photos: number }} found
 * @returns {("note" | "photo" | "measurement")[]}
 */
export function missingEvidence(item, value, onDate, { note, photos }) {
  if (verdict(item, value, onDate) !== "fail") return [];
  /** @type {("note" | "photo" | "measurement")[]} */
  const missing = [];
  const bare = (note ?? "").trim() === "";
  if (bare && (item.type === "pass-fail" || item.type === "choice")) missing.push("note");
  if (photos < 1 && item.severity >= PHOTO_SEVERITY) missing.push("photo");
  const numeric = item.type === "number" || item.type === "count";
  if (bare && numeric && (item.evidence ?? []).includes("measurement")) missing.push("measurement");
  return missing;
}

/**
 * How far the inspector is; a section without a visible item is there with zeros.
 * @param {Checklist} checklist
 * @param {Answers} values
 * @param {string} onDate
 * @returns {Progress}
 */
export function progress(checklist, values, onDate) {
  /** @type {Record<string, Tally>} */
  const sections = {};
  for (const section of checklist.sections) sections[section.id] = { answered: 0, visible: 0, failing: 0 };
  const whole = { answered: 0, visible: 0, failing: 0 };
  for (const item of visibleItems(checklist, values, onDate)) {
    const said = verdict(item, values[item.id], onDate);
    for (const tally of [whole, sections[item.section]]) {
      if (!tally) continue;
      tally.visible += 1;
      if (said !== "unanswered") tally.answered += 1;
      if (said === "fail") tally.failing += 1;
    }
  }
  return { ...whole, sections };
}

/** @param {unknown} value */
function asNumber(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown> | null}
 */
function asCounts(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * The day as milliseconds at midnight UTC; null for anything but a real YYYY-MM-DD.
 * @param {unknown} value
 */
function asDay(value) {
  if (typeof value !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return null;
  const at = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== value ? null : at;
}

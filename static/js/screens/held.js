// What was held of a visit and what a person decided about it, in words: for an item, for a photo, for the whole visit.

import { answerWords } from "../ui/answers.js";
import { clock, moment, number } from "../ui/words.js";

/**
 * @typedef {import("../types.d.ts").Visit} Visit
 * @typedef {import("../types.d.ts").ChecklistItem} Item
 * @typedef {import("../types.d.ts").Op} Op
 * @typedef {import("../types.d.ts").HeldState} HeldState
 * @typedef {import("../ui/held.js").HeldLine} HeldLine
 */

/** Why the server waits for a person, as it concerns whoever wrote it. @type {Record<string, string>} */
const WHY = {
  "assignment-revoked": "Phân công của bạn đã được thu hồi trước khi nội dung này tới máy chủ.",
  "not-in-team": "Bạn không có trong đoàn kiểm tra này.",
  "device-revoked": "Máy đã ghi nội dung này bị cơ quan thu hồi.",
  late: "Nội dung tới sau khi hồ sơ đã được duyệt hoặc đã hủy.",
  "wrong-state": "Cuộc kiểm tra đang ở bước không nhận nội dung này.",
  "id-reuse": "Máy chủ đã có nội dung khác mang cùng mã.",
  fork: "Máy chủ đã có nội dung khác mang cùng số thứ tự; có thể dữ liệu của máy từng được chép sang máy khác.",
};

/** @type {Record<string, string>} */
const WHAT = {
  answer: "Kết quả",
  comment: "Ghi chú",
  finding: "Kết luận",
  photo: "Ảnh",
  withdraw: "Việc rút ảnh, ghi chú",
  position: "Vị trí",
  open: "Việc bắt đầu kiểm tra",
  opinion: "Ý kiến của đối tượng",
  sign: "Chữ ký",
  refuse: "Việc từ chối ký",
  submit: "Việc gửi hồ sơ",
};

/** @type {Record<Exclude<HeldState["state"], "waiting">, { word: string, tone: HeldLine["tone"] }>} */
const DECIDED = {
  accepted: { word: "đã được nhận vào kết quả", tone: "good" },
  reassigned: { word: "đã được nhận; bạn được giao lại cuộc kiểm tra", tone: "good" },
  annexed: { word: "được giữ làm phụ lục, không tính vào kết quả", tone: "plain" },
  refused: { word: "không được nhận; máy chủ vẫn lưu", tone: "bad" },
};

/**
 * @param {Visit} visit
 * @param {Item} item
 * @returns {HeldLine[]}
 */
export function heldOfItem(visit, item) {
  /** @param {{ said: Op }} each */
  const isHere = ({ said }) => said.i === item.id;
  const lines = linesOf(visit.held.filter(isHere), Object.values(visit.decisions).filter(isHere), (ops) => ({
    what: ops.map((said) => nameOf(said, item)).join(", "),
  }));
  const asked = askedAt(visit, item.id);
  return asked ? [asked, ...lines] : lines;
}

/**
 * What the supervisor who gave the visit back wants done here.
 * @param {Visit} visit
 * @param {string} item
 * @param {string} [href]
 * @returns {HeldLine | null}
 */
export function askedAt({ document: { returned } }, item, href) {
  const comment = item ? returned?.items[item] : returned?.comment;
  if (!returned || !comment) return null;
  const title = item && href ? `${item}: cần bổ sung.` : "Người giám sát yêu cầu bổ sung.";
  const lines = [comment, `${returned.by}, ${moment(Date.parse(returned.at))}`];
  return { tone: "bad", title, lines, ...(href ? { href } : {}) };
}

/**
 * @param {Visit} visit
 * @param {string} op the photo's
 * @returns {string} why it waits; empty when it does not
 */
export function heldOfPhoto(visit, op) {
  const held = visit.held.length ? visit.held.find(({ id }) => id === op) : undefined;
  return held ? why(held) : "";
}

/**
 * Two hundred held at once are one sentence per reason, not two hundred.
 * @param {Visit} visit
 * @returns {HeldLine[]}
 */
export function heldOfVisit(visit) {
  const lines = linesOf(visit.held, Object.values(visit.decisions), (ops) => {
    const href = hrefOf(visit, ops.at(-1));
    return { what: countOf(ops), ...(href ? { href } : {}) };
  });
  const asked = ["", ...Object.keys(visit.document.returned?.items ?? {})]
    .map((item) => askedAt(visit, item, hrefAt(visit, item)))
    .filter((each) => each !== null);
  return [...asked, ...lines];
}

/**
 * One line for all that waits for the same reason, and one for all that was decided alike.
 * @param {Visit["held"]} held
 * @param {Visit["decisions"][string][]} decided
 * @param {(ops: Op[]) => { what: string, href?: string }} tell
 * @returns {HeldLine[]}
 */
function linesOf(held, decided, tell) {
  if (held.length + decided.length === 0) return [];
  const waiting = grouped(held, ({ code, message }) => `${code} ${message}`);
  const done = grouped(decided, ({ result, by_name, reason }) => `${result} ${by_name} ${reason}`);
  return [
    ...waiting.map((each) => waits(tell(each.map(({ said }) => said)), each)),
    ...done.map((each) => isDone(tell(each.map(({ said }) => said)), each)),
  ];
}

/**
 * @param {{ what: string, href?: string }} told
 * @param {Visit["held"]} held
 * @returns {HeldLine}
 */
function waits({ what, ...where }, [first]) {
  const lines = [first ? why(first) : "", "Máy chủ đã giữ nguyên; không mất gì."];
  return { tone: "wait", title: `${what} chờ người giám sát.`, lines, ...where };
}

/** @param {{ code: string, message: string }} held */
function why({ code, message }) {
  return WHY[code] ?? message;
}

/**
 * @param {{ what: string, href?: string }} told
 * @param {Visit["decisions"][string][]} decided
 * @returns {HeldLine}
 */
function isDone({ what, ...where }, decided) {
  const { result, reason, by_name, at } = /** @type {Visit["decisions"][string]} */ (decided.at(-1));
  const { word, tone } = DECIDED[result];
  const lines = [...(reason ? [`Lý do: ${reason}`] : []), `${by_name}, ${moment(at)}`];
  return { tone, title: `${what} ${word}.`, lines, ...where };
}

/**
 * @param {Op} said
 * @param {Item} item
 */
function nameOf(said, item) {
  const what = WHAT[said.k] ?? "Nội dung";
  if (said.k === "answer")
    return `${what} “${answerWords(item, /** @type {import("../types.d.ts").Answer} */ (said.v ?? null))}”`;
  return said.k === "photo" ? `${what} lúc ${clock(said.t)}` : what;
}

/** @param {Op[]} ops */
function countOf(ops) {
  const only = ops[0];
  if (ops.length === 1 && only) return [WHAT[only.k] ?? "Nội dung", placeOf(only)].filter(Boolean).join(" ");
  const photos = ops.filter(({ k }) => k === "photo").length;
  const others = ops.length - photos;
  return [others && `${number(others)} nội dung`, photos && `${number(photos)} ảnh`].filter(Boolean).join(", ");
}

/** @param {Op} op */
function placeOf({ i }) {
  return typeof i === "string" ? i : "";
}

/**
 * @param {Visit} visit
 * @param {Op | undefined} op
 */
function hrefOf(visit, op) {
  return op && hrefAt(visit, placeOf(op));
}

/**
 * @param {Visit} visit
 * @param {string} place
 */
function hrefAt(visit, place) {
  for (const { code, items } of visit.checklists) {
    const item = items.find(({ id }) => id === place);
    if (item) return `#/visit/${visit.id}/check/${code}/${item.section}/${item.id}`;
  }
  return undefined;
}

/**
 * @template T
 * @param {T[]} all
 * @param {(each: T) => string} keyOf
 * @returns {T[][]}
 */
function grouped(all, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return [...groups.values()];
}

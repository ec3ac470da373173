// The words of the inspection record: numbers, days, places and answers as it writes them, in every browser alike. The
// server writes the same (inspect_app/domain/record_words.py); tests/vectors/record.json holds the two together.

/** @typedef {import("../types.d.ts").ChecklistItem} Item */

const HOUR = 3_600_000;
const LAST = Date.UTC(9999, 11, 30);
const GREATEST_EXACT = 2 ** 33;

/** @type {Record<string, string>} */
export const ROLE = {
  leader: "Trưởng đoàn",
  deputy: "Phó Trưởng đoàn",
  member: "Thành viên",
  inspector: "Kiểm tra viên",
  subject: "Đại diện đối tượng kiểm tra",
  witness: "Người chứng kiến",
};

/** @type {Record<string, string>} */
export const PARTY = {
  investor: "Chủ đầu tư",
  "main-contractor": "Nhà thầu chính",
  subcontractor: "Nhà thầu phụ",
  supervision: "Tư vấn giám sát",
  employer: "Người sử dụng lao động",
};

/** @type {Record<string, string>} */
export const FINDING_KIND = { advice: "Khuyến nghị", shortcoming: "Tồn tại", violation: "Hành vi vi phạm" };

/** @type {Record<string, string>} */
export const VISIT_KIND = {
  "thanh-tra": "Thanh tra",
  "kiem-tra": "Kiểm tra chuyên ngành",
  "lien-nganh": "Kiểm tra liên ngành",
  "phuc-tra": "Phúc tra",
  "tu-xa": "Kiểm tra từ xa",
};

/** @type {Record<string, string>} */
export const GROUND = {
  signs: "Có dấu hiệu vi phạm, sự cố",
  order: "Theo yêu cầu của cơ quan có thẩm quyền",
  "thematic-plan": "Theo kế hoạch kiểm tra chuyên đề",
  "follow-up": "Kiểm tra việc thực hiện kiến nghị",
};

/**
 * 1234.5 → "1.234,5", at most six digits after the comma. No Intl: its tables differ between browsers and years.
 * @param {number} value
 */
export function figure(value) {
  const size = Math.abs(value);
  const parts = size < GREATEST_EXACT ? Math.floor(size * 1e6 + 0.5) : 0;
  const rest = parts % 1e6;
  const whole = parts ? String((parts - rest) / 1e6) : BigInt(Math.floor(size)).toString();
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  const broken = String(rest).padStart(6, "0").replace(/0+$/, "");
  return `${value < 0 && size > 0 ? "-" : ""}${grouped}${broken && `,${broken}`}`;
}

/**
 * "2026-11-22" → "22/11/2026"; anything else stays as it is.
 * @param {string} iso
 */
export function dayWords(iso) {
  return iso.replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3/$2/$1");
}

/**
 * "08 giờ 30 phút ngày 20 tháng 11 năm 2026", as minutes begin.
 * @param {number} at milliseconds
 */
export function momentWords(at) {
  const [year, month, date, hour, minute] = local(at);
  return `${hour} giờ ${minute} phút ngày ${date} tháng ${month} năm ${year}`;
}

/**
 * "09:12:30 20/11/2026".
 * @param {number} at milliseconds
 */
export function clockWords(at) {
  const [year, month, date, hour, minute, second] = local(at);
  return `${hour}:${minute}:${second} ${date}/${month}/${year}`;
}

/**
 * Year, month, day, hour, minute and second in Vietnam; what no calendar knows becomes 1970.
 * @param {number} at milliseconds
 */
function local(at) {
  return new Date((at >= 0 && at <= LAST ? at : 0) + 7 * HOUR).toISOString().slice(0, 19).split(/[-T:]/);
}

/**
 * "21.592800, 105.844200 (±8 m)".
 * @param {readonly [number, number, number, ...unknown[]]} gps
 */
export function placeWords([lat, lon, accuracy]) {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)} (±${Math.floor(accuracy + 0.5)} m)`;
}

/**
 * An answer in words: "92 dBA", "Tổng số: 40; Chưa huấn luyện: 5", "12/03/2025".
 * @param {Item} item
 * @param {unknown} value
 * @returns {string}
 */
export function answerWords(item, value) {
  if (value === null || value === undefined) return "Chưa trả lời";
  if (value === "na") return "Không áp dụng";
  if (typeof value === "number") return `${figure(value)} ${item.unit ?? ""}`.trim();
  if (typeof value === "object") return countWords(item, /** @type {Record<string, unknown>} */ (value));
  if (typeof value !== "string") return "";
  if (item.type === "pass-fail") return value === "pass" ? "Đạt" : "Không đạt";
  if (item.type === "choice") return item.options?.find(({ id }) => id === value)?.label ?? value;
  if (item.type === "date" && value === "none") return item.expires ? "Không có" : "Chưa từng";
  return item.type === "date" ? dayWords(value) : value;
}

/**
 * @param {Item} item
 * @param {Record<string, unknown>} value
 */
function countWords({ fields = [] }, value) {
  const told = fields.map(({ id, label, unit }) => {
    const count = value[id];
    return typeof count === "number" ? `${label}: ${figure(count)} ${unit ?? ""}`.trim() : "";
  });
  return told.filter(Boolean).join("; ");
}

/**
 * What somebody typed, as it may stand on a paper: marks that turn the direction of reading are shown and not obeyed.
 * @param {string} text
 */
export function printable(text) {
  return (
    text
      .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, shownMark)
      .replace(/\r\n?/g, "\n")
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
      // What is left out: control characters and the two code points that are none.
      .replace(/[^\n\t\u0020-\u007e\u0080-\ufffd]/g, "")
  );
}

/** @param {string} mark */
function shownMark(mark) {
  return `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

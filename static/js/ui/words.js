// Says numbers, days, distances and states the way people here say them.

export { FINDING_KIND, PARTY, ROLE } from "../core/record_words.js";

const ZONE = "Asia/Ho_Chi_Minh";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {Map<string, Intl.NumberFormat>} */
const numbers = new Map();
/** @type {Map<string, Intl.DateTimeFormat>} */
const moments = new Map();

/**
 * 1234.5 → "1.234,5".
 * @param {number} value
 * @param {number} [digits] at most this many after the comma
 */
export function number(value, digits = 2) {
  const key = String(digits);
  let format = numbers.get(key);
  if (!format) {
    format = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: digits });
    numbers.set(key, format);
  }
  return format.format(value);
}

/**
 * @param {number} at milliseconds
 * @param {Intl.DateTimeFormatOptions} options
 */
function parts(at, options) {
  const key = JSON.stringify(options);
  let format = moments.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, hourCycle: "h23", ...options });
    moments.set(key, format);
  }
  /** @type {Record<string, string>} */
  const found = {};
  for (const part of format.formatToParts(at)) found[part.type] = part.value;
  return found;
}

/**
 * The local day of a moment as YYYY-MM-DD.
 * @param {number} at milliseconds
 */
export function localDay(at) {
  const { year, month, day: date } = parts(at, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${date}`;
}

/**
 * "2026-11-22" → "22/11/2026".
 * @param {string | null} iso null: nobody has entered it yet
 */
export function day(iso) {
  if (!iso) return "(chưa ghi ngày)";
  const [year, month, date] = iso.slice(0, 10).split("-");
  return `${date}/${month}/${year}`;
}

/**
 * 14:05.
 * @param {number} at milliseconds
 */
export function clock(at) {
  const { hour, minute } = parts(at, { hour: "2-digit", minute: "2-digit" });
  return `${hour}:${minute}`;
}

/**
 * 22/11/2026 14:05.
 * @param {number} at milliseconds
 */
export function moment(at) {
  return `${day(localDay(at))} ${clock(at)}`;
}

const WEEKDAYS = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"];

/**
 * "Hôm nay, 22/11/2026".
 * @param {string} iso
 * @param {string} today
 */
export function dayTitle(iso, today) {
  const ahead = daysBetween(today, iso);
  const near = new Map([
    [0, "Hôm nay"],
    [1, "Ngày mai"],
    [-1, "Hôm qua"],
  ]).get(ahead);
  const weekday = WEEKDAYS[new Date(`${iso}T00:00:00Z`).getUTCDay()];
  return `${near ?? weekday}, ${day(iso)}`;
}

/**
 * Whole days from one local day to another.
 * @param {string} from
 * @param {string} to
 */
export function daysBetween(from, to) {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/**
 * A local day some days later.
 * @param {string} iso
 * @param {number} days
 */
export function addDays(iso, days) {
  return new Date(Date.parse(`${iso}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/**
 * "quá hạn 12 ngày", "hết hạn hôm nay", "còn 3 ngày".
 * @param {string} deadline
 * @param {string} today
 */
export function due(deadline, today) {
  const left = daysBetween(today, deadline);
  if (left < 0) return `quá hạn ${-left} ngày`;
  return left === 0 ? "hết hạn hôm nay" : `còn ${left} ngày`;
}

/**
 * How long something has been so: "dưới 1 phút", "5 phút", "3 giờ", "2 ngày".
 * @param {number} span milliseconds
 */
export function age(span) {
  if (span < MINUTE) return "dưới 1 phút";
  if (span < HOUR) return `${Math.floor(span / MINUTE)} phút`;
  return span < DAY ? `${Math.floor(span / HOUR)} giờ` : `${Math.floor(span / DAY)} ngày`;
}

/**
 * 85 → "85 m", 1250 → "1,3 km".
 * @param {number} metres
 */
export function distance(metres) {
  if (metres < 950) return `${number(metres < 100 ? metres : Math.round(metres / 10) * 10, 0)} m`;
  return `${number(metres / 1000, metres < 10_000 ? 1 : 0)} km`;
}

/**
 * @param {number} bytes
 */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${number(bytes / 1000, 0)} KB` : `${number(bytes / 1_000_000, 1)} MB`;
}

/**
 * 21.5921, 105.8342 ±6 m: degrees with a point, as every map writes them.
 * @param {readonly [number, number, number, ...unknown[]]} gps
 */
export function position(gps) {
  return `${gps[0].toFixed(4)}, ${gps[1].toFixed(4)} ±${number(gps[2], 0)} m`;
}

export const SEVERITY = ["", "Nhỏ", "Lớn", "Nghiêm trọng", "Nguy cơ trực tiếp"];

/** @type {Record<string, string>} */
export const MISSING = { note: "ghi chú", photo: "ảnh", measurement: "thiết bị đo (ghi trong ghi chú)" };

/** How the remedy of an earlier finding stands. @type {Record<string, string>} */
export const REMEDY = {
  "awaiting-leader": "Chờ Trưởng đoàn xác nhận",
  recorded: "Đã ghi vào biên bản kiểm tra",
  "remedy-requested": "Đã yêu cầu khắc phục",
  remedying: "Đang khắc phục",
  reported: "Đã báo cáo khắc phục",
  "awaiting-reinspection": "Chờ phúc tra",
  remedied: "Đã khắc phục",
  "partly-remedied": "Khắc phục một phần",
  "not-remedied": "Không khắc phục",
  closed: "Đã đóng",
  cancelled: "Hủy",
};

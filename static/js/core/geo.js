// Where the phone stands against where the site is: metres, and warnings that never block.

/**
 * @typedef {import("../types.d.ts").Fix} Fix
 * @typedef {import("../types.d.ts").Gps} Gps
 * @typedef {import("../types.d.ts").PlaceWarning} PlaceWarning
 * @typedef {import("../types.d.ts").Point} Point
 * @typedef {import("../types.d.ts").VisitDocument} VisitDocument
 */

// The mean radius of the Earth (IUGG), the one geopy's great_circle uses.
const EARTH = 6_371_008.8;
const POOR = 50;
const FAR = 300;
const OLD = 120_000;

/**
 * Great-circle distance.
 * @param {Point} one
 * @param {Point} other
 * @returns {number} metres
 */
export function distance(one, other) {
  const [lat1, lat2] = [radians(one.lat), radians(other.lat)];
  const dLat = lat2 - lat1;
  const dLon = radians(other.lon - one.lon);
  const a = Math.sin(dLat / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** @param {number} degrees */
function radians(degrees) {
  return (degrees * Math.PI) / 180;
}

/**
 * @param {Fix} fix
 * @param {Pick<VisitDocument, "site">} document
 * @returns {number | null} whole metres; null when nobody knows where the site is
 */
export function distanceTo(fix, { site }) {
  if (site.lat === null || site.lon === null) return null;
  return Math.round(distance(fix, { lat: site.lat, lon: site.lon }));
}

/**
 * @param {Fix} fix
 * @param {Pick<VisitDocument, "site" | "province">} document
 * @param {number} [now] ms
 * @returns {PlaceWarning[]}
 */
export function warnings(fix, document, now = Date.now()) {
  /** @type {PlaceWarning[]} */
  const found = [];
  const box = document.province;
  if (box && (fix.lat < box.min_lat || fix.lat > box.max_lat || fix.lon < box.min_lon || fix.lon > box.max_lon)) {
    found.push({
      code: "outside-province",
      text: "Vị trí nằm ngoài địa bàn tỉnh. Vẫn ghi được; hãy kiểm tra định vị.",
    });
  }
  if (fix.accuracy > POOR) {
    found.push({
      code: "poor-accuracy",
      text: `Định vị kém chính xác (±${Math.round(fix.accuracy)} m). Ra chỗ thoáng rồi đo lại.`,
    });
  }
  if (now - fix.time > OLD) {
    const minutes = Math.round((now - fix.time) / 60_000);
    found.push({ code: "old-fix", text: `Vị trí đo từ ${minutes} phút trước.` });
  }
  const metres = distanceTo(fix, document);
  if (metres !== null && metres - fix.accuracy > FAR) {
    found.push({
      code: "far",
      text: `Cách địa điểm đã ghi ${sayDistance(metres)}. Ghi chú lý do nếu địa điểm đúng là ở đây.`,
    });
  }
  return found;
}

/** @param {number} metres */
export function sayDistance(metres) {
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${(metres / 1000).toLocaleString("vi-VN", { maximumFractionDigits: metres < 10_000 ? 1 : 0 })} km`;
}

/**
 * As it stands in an operation.
 * @param {Fix} fix
 * @returns {Gps}
 */
export function asGps(fix) {
  return [round(fix.lat, 6), round(fix.lon, 6), round(fix.accuracy, 1), Math.round(fix.time)];
}

/**
 * @param {number} value
 * @param {number} decimals
 */
function round(value, decimals) {
  return Number(value.toFixed(decimals));
}

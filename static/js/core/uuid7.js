// UUID version 7 (RFC 9562): the moment in front, chance behind; two made here in one millisecond still sort in order.

let lastTime = 0;
let counter = 0;

/**
 * @param {number} [now] ms
 * @returns {string}
 */
export function uuid7(now = Date.now()) {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const wall = Math.floor(now);
  if (wall > lastTime) {
    lastTime = wall;
    // Starts low enough that a burst of two thousand within one millisecond does not run over.
    counter = (((random[0] ?? 0) << 8) | (random[1] ?? 0)) & 0x7ff;
  } else {
    // The clock stood still or went back: stay with the last moment and count.
    counter += 1;
    if (counter > 0xfff) {
      lastTime += 1;
      counter = 0;
    }
  }
  const time = lastTime.toString(16).padStart(12, "0").slice(-12);
  const third = (0x7000 | counter).toString(16);
  const fourth = (0x8000 | ((((random[2] ?? 0) << 8) | (random[3] ?? 0)) & 0x3fff)).toString(16);
  const last = hex(random.subarray(4, 10));
  return `${time.slice(0, 8)}-${time.slice(8)}-${third}-${fourth}-${last}`;
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

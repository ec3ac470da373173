// The three plain states of an operation and of a photo, and their words.

/** @typedef {import("../types.d.ts").SyncMark} SyncMark */

/** @type {Readonly<Record<SyncMark, string>>} */
export const STATE_WORDS = Object.freeze({ "on-phone": "trên máy", sent: "đã gửi", verified: "đã đối chiếu" });

/** What the phone knows about one device's chain of one visit after the server answered. */
/** @typedef {{ through: number, verified: number }} Confirmed */

/**
 * @param {{ answered: boolean, own: boolean, n: number }} op own: written on this device
 * @param {Confirmed} confirmed verified: the last n at which the server's head equalled ours
 * @returns {SyncMark}
 */
export function opMark(op, confirmed) {
  // What came down from the server is on the server.
  if (!op.own || op.n <= confirmed.verified) return "verified";
  return op.answered ? "sent" : "on-phone";
}

/**
 * A photo is where both its operation and its bytes are.
 * @param {SyncMark} op
 * @param {{ complete: boolean, offset: number } | null} bytes null: this phone never had them
 * @returns {SyncMark}
 */
export function photoMark(op, bytes) {
  if (!bytes) return op;
  if (!bytes.complete) return "on-phone";
  return op === "verified" ? "verified" : "sent";
}

/**
 * The least of several, as one word stands for a whole item.
 * @param {SyncMark[]} marks
 * @returns {SyncMark | null}
 */
export function least(marks) {
  for (const mark of /** @type {SyncMark[]} */ (["on-phone", "sent", "verified"])) {
    if (marks.includes(mark)) return mark;
  }
  return null;
}

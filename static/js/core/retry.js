// When to try again: full jitter, so that phones returning to town at the same moment do not come back together.

const FIRST = 2_000;
const LONGEST = 600_000;

/**
 * @param {number} failures in a row, 1 after the first
 * @param {number} chance 0..1
 * @returns {number} ms
 */
export function backoff(failures, chance) {
  const exponent = Math.min(Math.max(failures - 1, 0), 20);
  return Math.round(chance * Math.min(LONGEST, FIRST * 2 ** exponent));
}

/**
 * The server said when: that long, and up to a fifth more.
 * @param {string | null} header Retry-After in seconds or as a date
 * @param {number} now ms
 * @param {number} chance 0..1
 * @returns {number | null} ms; null when the header says nothing
 */
export function retryAfter(header, now, chance) {
  if (!header) return null;
  const asked = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  if (!Number.isFinite(asked)) return null;
  const wait = Math.min(Math.max(asked, 0), 24 * 3_600_000);
  return Math.round(wait * (1 + 0.2 * chance));
}

/** @typedef {"signed-out" | "wrong-user" | "epoch" | "split" | "wait"} WhatNow */

/** Refusals of us and not of what is in the request: splitting it would condemn every operation. */
const OF_US = new Set(["cross-site", "device-revoked", "not-allowed"]);

/**
 * What an answer that is not 200 asks of the queue. Only who we are stops it; a batch that cannot be read is split
 * until the one bad operation is alone.
 * @param {number} status 0 when there was no answer
 * @param {string} code of the problem, "" when unknown
 * @returns {WhatNow}
 */
export function afterFailure(status, code) {
  if (status === 401) return "signed-out";
  if (status === 409 && code === "wrong-user") return "wrong-user";
  if (status === 409 && code === "epoch-changed") return "epoch";
  if (OF_US.has(code)) return "wait";
  if (status === 400 || status === 403 || status === 413 || status === 422) return "split";
  return "wait";
}

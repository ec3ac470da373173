// The last resort: what IndexedDB refused is put into localStorage and written properly at the next start.

const MOST = 100_000;

/** @typedef {{ insp: string, draft: import("../types.d.ts").Draft, t: number }} Rescued */

/**
 * @param {string} user
 * @param {Rescued} rescued
 * @returns {boolean} false: no room here either
 */
export function rescue(user, rescued) {
  try {
    const text = JSON.stringify([...rescuedFor(user), rescued]);
    if (text.length > MOST) return false;
    localStorage.setItem(slot(user), text);
    return true;
  } catch {
    return false; // the caller tells the person that it could not be kept
  }
}

/**
 * @param {string} user
 * @returns {Rescued[]}
 */
export function rescuedFor(user) {
  const text = localStorage.getItem(slot(user));
  return text ? JSON.parse(text) : [];
}

/**
 * The oldest one is stored now.
 * @param {string} user
 */
export function rescueDone(user) {
  const left = rescuedFor(user).slice(1);
  if (left.length > 0) localStorage.setItem(slot(user), JSON.stringify(left));
  else localStorage.removeItem(slot(user));
}

/** @param {string} user */
function slot(user) {
  return `inspect-emergency-${user}`;
}

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
 * This one is stored now; what was put in meanwhile stays.
 * @param {string} user
 * @param {Rescued} rescued
 */
export function rescueDone(user, rescued) {
  const left = rescuedFor(user);
  const at = left.findIndex((each) => JSON.stringify(each) === JSON.stringify(rescued));
  if (at >= 0) left.splice(at, 1);
  if (left.length > 0) localStorage.setItem(slot(user), JSON.stringify(left));
  else localStorage.removeItem(slot(user));
}

/** @param {string} user */
function slot(user) {
  return `inspect-emergency-${user}`;
}

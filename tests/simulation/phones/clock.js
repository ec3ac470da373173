// The time of a world: it stands still until it is told to move, and every timer of every phone goes by it.

/**
 * @typedef {object} Timer
 * @property {number} at
 * @property {number} order made earlier, rings earlier
 * @property {() => void} ring
 */

export class Clock {
  now = 0;
  #made = 0;
  /** @type {Map<number, Timer>} */
  #timers = new Map();

  /**
   * @param {() => void} ring
   * @param {number} wait ms
   * @returns {number}
   */
  set(ring, wait) {
    this.#made += 1;
    this.#timers.set(this.#made, { at: this.now + Math.max(0, wait || 0), order: this.#made, ring });
    return this.#made;
  }

  /** @param {unknown} timer */
  clear(timer) {
    if (typeof timer === "number") this.#timers.delete(timer);
  }

  /**
   * Move on to the next timer that is due by `to`, ring it, and say so; else move to `to` and say that all is done.
   * @param {number} to
   * @returns {boolean} true: something rang, ask again
   */
  step(to) {
    /** @type {[number, Timer] | null} */
    let first = null;
    for (const each of this.#timers) {
      const [, { at, order }] = each;
      if (at <= to && (!first || at < first[1].at || (at === first[1].at && order < first[1].order))) first = each;
    }
    if (!first) {
      this.now = Math.max(this.now, to);
      return false;
    }
    this.#timers.delete(first[0]);
    this.now = Math.max(this.now, first[1].at);
    first[1].ring();
    return true;
  }
}

/**
 * Chance that comes out the same for the same seed (sfc32 over a text).
 * @param {string} seed
 * @returns {() => number} 0 ≤ x < 1
 */
export function chance(seed) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef];
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
  for (let at = 0; at < seed.length; at += 1) {
    a = Math.imul(a ^ seed.charCodeAt(at), 0x01000193);
    next();
  }
  for (let turn = 0; turn < 12; turn += 1) next();
  return next;
}

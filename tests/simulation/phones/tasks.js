// Everything that IndexedDB does later is a task of ours: the rig knows when nothing is left, and can stop after any of them.

const real = globalThis.setImmediate;
let waiting = 0;
let left = Infinity;
/** @type {(() => void) | null} */
let stop = null;

globalThis.setImmediate = /** @type {any} */ (
  (/** @type {(...given: any[]) => void} */ work, /** @type {any[]} */ ...given) => {
    waiting += 1;
    return real(() => {
      waiting -= 1;
      left -= 1;
      if (left < 0 && stop) {
        const now = stop;
        stop = null;
        now();
      }
      work(...given);
    });
  }
);

/**
 * After so many tasks from now, before the next one.
 * @param {number} count
 * @param {() => void} then
 */
export function stopAfter(count, then) {
  left = count;
  stop = then;
}

/**
 * Until nothing is left to do without an answer of the network or the passing of time.
 * @returns {Promise<void>}
 */
export async function settle() {
  do await new Promise((resolve) => real(resolve));
  while (waiting > 0);
  if (stop) {
    // It had less to do than that: then it stops here.
    const now = stop;
    stop = null;
    now();
    await settle();
  }
  left = Infinity;
}

// One thing at a time per visit in this tab: a write must not land in the middle of reading the visit anew.

/** The last thing of each visit; the next one waits for it. @type {Map<string, Promise<unknown>>} */
const queues = new Map();

/**
 * @template T
 * @param {string} id the visit
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function takeTurn(id, work) {
  const before = queues.get(id) ?? Promise.resolve();
  const turn = before.catch(() => {}).then(work); // whoever was before was told
  queues.set(id, turn);
  return turn;
}

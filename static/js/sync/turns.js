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
  const before = queues.get(id);
  // Nobody is before us: begin at once, in the very task of the tap. Whoever was before was told how it ended.
  const turn = before ? before.catch(() => {}).then(work) : work();
  queues.set(id, turn);
  const over = () => {
    if (queues.get(id) === turn) queues.delete(id);
  };
  turn.then(over, over);
  return turn;
}

// What goes to the server next: the oldest visit first, in the order of the numbers, in batches a bad link can carry.

export const MOST_OPS = 200;
export const MOST_BYTES = 256 * 1024;

/**
 * One waiting operation. `help`: the server could not read a request with it alone; it waits for a person. `suspect`: so
 * it was before; it gets another try, but alone and after the others.
 * @typedef {{ insp: string, n: number, id: string, t: number, bytes: number,
 *   help: { code: string, message: string } | null, suspect?: true }} Waiting
 */

/**
 * @param {Waiting[]} waiting in any order
 * @returns {Waiting[]} the next batch, grouped by visit; empty when nothing may go
 */
export function nextBatch(waiting) {
  const hopeful = waiting.filter((row) => row.help === null);
  const ready = hopeful.filter((row) => !row.suspect);
  if (ready.length === 0) return hopeful.slice(0, 1);
  /** @type {Map<string, number>} */
  const oldest = new Map();
  for (const { insp, t } of ready) oldest.set(insp, Math.min(oldest.get(insp) ?? Infinity, t));
  const order = ready.sort(
    (one, other) =>
      (oldest.get(one.insp) ?? 0) - (oldest.get(other.insp) ?? 0) ||
      (one.insp === other.insp ? one.n - other.n : one.insp < other.insp ? -1 : 1),
  );
  /** @type {Waiting[]} */
  const batch = [];
  let bytes = 0;
  for (const row of order) {
    bytes += row.bytes + 1;
    if (batch.length > 0 && (batch.length >= MOST_OPS || bytes > MOST_BYTES)) break;
    batch.push(row);
  }
  return batch;
}

/**
 * The server could not read this batch. Halve it; alone, the operation waits for a person.
 * @template T
 * @param {T[]} batch
 * @returns {{ halves: [T[], T[]] } | { stuck: T }}
 */
export function split(batch) {
  if (batch.length < 2) return { stuck: /** @type {T} */ (batch[0]) };
  const middle = Math.ceil(batch.length / 2);
  return { halves: [batch.slice(0, middle), batch.slice(middle)] };
}

/**
 * How much of a photo one request carries: what the link moved in four seconds, so that a drop costs little.
 * @param {number | null} bytesPerSecond measured; null before the first
 */
export function chunkSize(bytesPerSecond) {
  const KIB = 1024;
  if (bytesPerSecond === null) return 64 * KIB;
  const fits = bytesPerSecond * 4;
  return [1024, 512, 256, 128].map((size) => size * KIB).find((size) => fits >= size) ?? 64 * KIB;
}

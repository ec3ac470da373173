// What waits to be sent, and what the server's answers change: an operation leaves only when it was answered for.

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").ConfirmedRow} ConfirmedRow
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 * @typedef {import("./work.js").ReceiptRow} ReceiptRow
 * @typedef {import("../core/outbox.js").Waiting} Waiting
 * @typedef {import("../types.d.ts").Unsent} Unsent
 */

/**
 * The server's answer for one visit.
 * @typedef {object} ScopeAnswer
 * @property {string} insp
 * @property {number} through
 * @property {string | null} head the server's chain at `through`
 * @property {number[]} missing
 * @property {Record<string, { s: "ok" | "dup" | "held", seq?: number, code?: string, message?: string }>} ops
 */

/**
 * @param {Database} db
 * @returns {Promise<Waiting[]>}
 */
export function waiting(db) {
  return db.read(["outbox"], (tx) => tx.objectStore("outbox").getAll());
}

/**
 * @param {Database} db
 * @returns {Promise<{ total: Unsent, byVisit: Map<string, Unsent> }>}
 */
export function unsent(db) {
  return db.read(["outbox", "photos"], async (tx) => {
    /** @type {[Waiting[], PhotoRow[]]} */
    const [ops, photos] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("photos").index("left").getAll(1),
    ]);
    /** @type {Unsent} */
    const total = { ops: 0, photos: 0, oldest: null };
    /** @type {Map<string, Unsent>} */
    const byVisit = new Map();
    for (const [kind, rows] of /** @type {const} */ ([
      ["ops", ops],
      ["photos", photos],
    ])) {
      for (const { insp, t } of rows) {
        const visit = byVisit.get(insp) ?? { ops: 0, photos: 0, oldest: null };
        byVisit.set(insp, visit);
        for (const count of [total, visit]) {
          count[kind] += 1;
          count.oldest = Math.min(count.oldest ?? t, t);
        }
      }
    }
    return { total, byVisit };
  });
}

/**
 * What only this phone holds: operations that were not answered for, photos that are not complete over there.
 * @param {Database} db
 */
export function onlyHere(db) {
  return db.read(["outbox", "ops", "photos"], async (tx) => {
    /** @type {[Waiting[], PhotoRow[]]} */
    const [waits, photos] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("photos").index("left").getAll(1),
    ]);
    /** @type {OpRow[]} */
    const rows = await Promise.all(waits.map(({ id }) => tx.objectStore("ops").get(id)));
    const total = { answers: 0, others: 0, photos: 0 };
    /** @type {Map<string, typeof total>} */
    const byVisit = new Map();
    /** @param {string} insp @param {keyof typeof total} what */
    const count = (insp, what) => {
      const visit = byVisit.get(insp) ?? { answers: 0, others: 0, photos: 0 };
      byVisit.set(insp, visit);
      visit[what] += 1;
      total[what] += 1;
    };
    for (const { insp, op } of rows) count(insp, op.k === "answer" ? "answers" : "others");
    for (const { insp } of photos) count(insp, "photos");
    const moments = [...waits, ...photos].map(({ t }) => t);
    return { ...total, byVisit, oldest: moments.length > 0 ? Math.min(...moments) : null };
  });
}

/**
 * The same in all, by counting and without reading a single operation: it is asked after every tap.
 * @param {Database} db
 * @returns {Promise<Unsent & { held: number }>}
 */
export function unsentInAll(db) {
  return db.read(["outbox", "photos", "ops"], async (tx) => {
    /** @type {[number, any[], number, import("../../vendor/idb/index.js").IDBPCursor<any, any, any, any, any> | null]} */
    const [ops, photos, held, first] = await Promise.all([
      tx.objectStore("outbox").count(),
      tx.objectStore("photos").index("left").getAll(1),
      tx.objectStore("ops").index("held").count(),
      tx.objectStore("outbox").index("t").openKeyCursor(),
    ]);
    const moments = photos.map(({ t }) => t);
    if (first) moments.push(first.key);
    return { ops, photos: photos.length, held, oldest: moments.length > 0 ? Math.min(...moments) : null };
  });
}

/**
 * @param {Database} db
 * @returns {Promise<Map<string, number>>} by visit: what the server keeps apart until a person has looked at it
 */
export async function heldByVisit(db) {
  /** @type {OpRow[]} */
  const rows = await db.read(["ops"], (tx) => tx.objectStore("ops").index("held").getAll(1));
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { insp } of rows) counts.set(insp, (counts.get(insp) ?? 0) + 1);
  return counts;
}

/**
 * The operations of a batch, in its order.
 * @param {Database} db
 * @param {Waiting[]} batch
 * @returns {Promise<OpRow[]>}
 */
export function opsOf(db, batch) {
  return db.read(["ops"], (tx) => Promise.all(batch.map(({ id }) => tx.objectStore("ops").get(id))));
}

/**
 * Take in what the server answered for.
 * @param {Database} db
 * @param {ScopeAnswer[]} scopes
 * @param {string[]} needed photos whose bytes the server does not have
 * @param {string} device ours
 * @param {ReceiptRow[]} [receipts]
 * @returns {Promise<{ count: number, rows: OpRow[], confirmed: ConfirmedRow[] }>} what was answered for
 */
export function keepAnswers(db, scopes, needed, device, receipts = []) {
  return db.write(["ops", "outbox", "confirmed", "photos", "receipts"], async (tx) => {
    /** @type {OpRow[]} */
    const rows = [];
    /** @type {ConfirmedRow[]} */
    const confirmed = [];
    for (const scope of scopes) {
      for (const [id, result] of Object.entries(scope.ops)) {
        const row = await keepAnswer(tx, scope.insp, id, result);
        if (row) rows.push(row);
      }
      confirmed.push(await compare(tx, scope, device));
    }
    if (needed.length > 0) await offerAgain(tx, new Set(needed));
    for (const receipt of receipts) await keepReceipt(tx, receipt);
    return { count: rows.length, rows, confirmed };
  });
}

/**
 * The newest of each visit; one whose signature is wrong never takes the place of one that is right.
 * @param {import("./database.js").Writing} tx
 * @param {ReceiptRow} receipt
 */
async function keepReceipt(tx, receipt) {
  /** @type {ReceiptRow | undefined} */
  const before = await tx.objectStore("receipts").get([receipt.insp, receipt.device]);
  if (before && before.verified !== false) {
    if (receipt.verified === false || receipt.body.n < before.body.n) return;
  }
  await tx.objectStore("receipts").put(receipt);
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {string} insp
 * @param {string} id
 * @param {ScopeAnswer["ops"][string]} result
 * @returns {Promise<OpRow | null>} null: none of ours
 */
async function keepAnswer(tx, insp, id, result) {
  /** @type {OpRow | undefined} */
  const row = await tx.objectStore("ops").get(id);
  if (!row?.own) return null;
  row.answered = result.s;
  if (result.seq !== undefined) row.seq = result.seq;
  if (result.s === "held") Object.assign(row, { held: 1, code: result.code, message: result.message });
  else delete row.held;
  await tx.objectStore("ops").put(row);
  await tx.objectStore("outbox").delete([insp, row.n]);
  return row;
}

/**
 * The server says how far it has everything, and its head there: equal to ours means equal in every byte.
 * @param {import("./database.js").Writing} tx
 * @param {ScopeAnswer} scope
 * @param {string} device
 * @returns {Promise<ConfirmedRow>}
 */
async function compare(tx, { insp, through, head, missing }, device) {
  const ops = tx.objectStore("ops").index("number");
  /** @type {ConfirmedRow | undefined} */
  const before = await tx.objectStore("confirmed").get(insp);
  /** @type {OpRow | undefined} */
  const last = through > 0 ? await ops.get([insp, device, through]) : undefined;
  const differs = through > 0 && last?.head !== head;
  const verified = differs ? (before?.verified ?? 0) : through;
  const confirmed = { insp, through, verified, differs };
  await tx.objectStore("confirmed").put(confirmed);
  for (const n of missing) {
    /** @type {OpRow | undefined} */
    const row = await ops.get([insp, device, n]);
    // It was answered for once and is not there now: offer it again.
    if (row?.own && row.answered) await putBack(tx, row);
  }
  return confirmed;
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {OpRow} row
 */
export async function putBack(tx, row) {
  const { insp, n, id, op, bytes } = row;
  await tx.objectStore("ops").put({ ...row, answered: null });
  await tx.objectStore("outbox").put({ insp, n, id, t: op.t, bytes: bytes ?? 1024, help: null });
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {Set<string>} needed
 */
async function offerAgain(tx, needed) {
  /** @type {PhotoRow[]} */
  const photos = await tx.objectStore("photos").getAll();
  for (const row of photos) {
    if (row.complete && needed.has(row.sha)) await tx.objectStore("photos").put(incomplete(row));
  }
}

/**
 * @param {PhotoRow} row
 * @returns {PhotoRow}
 */
export function incomplete(row) {
  return { ...row, offset: 0, complete: false, left: 1 };
}

/**
 * @param {Database} db
 * @param {Waiting} row
 * @param {{ code: string, message: string } | null} help null: try it once more
 */
export function markHelp(db, { insp, n }, help) {
  return db.write(["outbox"], async (tx) => {
    const row = await tx.objectStore("outbox").get([insp, n]);
    if (row) await tx.objectStore("outbox").put({ ...row, help, suspect: true });
  });
}

/**
 * A person asked to send now: what waited for help gets another try.
 * @param {Database} db
 */
export async function retryHelp(db) {
  const stuck = (await waiting(db)).filter((row) => row.help);
  for (const row of stuck) await markHelp(db, row, null);
  await db.write(["photos"], async (tx) => {
    for (const row of await tx.objectStore("photos").index("left").getAll(1)) {
      if (row.help) await tx.objectStore("photos").put({ ...row, help: null, mismatches: 0 });
    }
  });
}

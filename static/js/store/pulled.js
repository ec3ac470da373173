// What came down from the server: rows and the cursor move in one transaction, so that neither can be ahead.

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").VisitRow} VisitRow
 * @typedef {import("../types.d.ts").Checklist} Checklist
 * @typedef {import("../types.d.ts").Op} Op
 * @typedef {import("../types.d.ts").VisitDocument} VisitDocument
 */

/**
 * @typedef {{ visit: VisitDocument } | { gone: string } | { decision: import("./work.js").DecisionRow }
 *   | { op: Op, by: string, by_name: string, device: string, received: number }} Change
 * @typedef {{ scopes: Record<string, number>, ch: Record<string, [number, Change][]>, more: boolean }} Page
 */

const CLOSED = new Set(["complete", "approved", "cancelled"]);

/**
 * @param {Database} db
 * @returns {Promise<Record<string, number>>}
 */
export function cursors(db) {
  return db.read(["cursors"], async (tx) => {
    const store = tx.objectStore("cursors");
    const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
    return Object.fromEntries(keys.map((key, at) => [String(key), values[at]]));
  });
}

/**
 * @param {Database} db
 * @param {Page} page
 * @param {{ device: string, now: number }} here
 * @returns {Promise<{ visits: Set<string>, rows: OpRow[] }>} visits whose document changed, and what others wrote
 */
export function keepPage(db, page, { device, now }) {
  return db.write(["visits", "ops", "decisions", "cursors"], async (tx) => {
    /** @type {Set<string>} */
    const visits = new Set();
    /** @type {OpRow[]} */
    const rows = [];
    for (const [scope, changes] of Object.entries(page.ch)) {
      for (const [seq, change] of changes) {
        if ("op" in change) {
          const row = await keepOperation(tx, scope, seq, change, device);
          if (row) rows.push(row);
        } else {
          visits.add(await keepVisit(tx, change, now));
        }
      }
      const last = changes.at(-1);
      if (last) await tx.objectStore("cursors").put(last[0], scope);
    }
    if (!page.more) await keepScopes(tx, page.scopes, visits, now);
    return { visits, rows };
  });
}

/**
 * A person decided about one of ours that was held.
 * @param {import("./database.js").Writing} tx
 * @param {import("./work.js").DecisionRow} row
 */
async function keepDecision(tx, row) {
  await tx.objectStore("decisions").put(row);
  /** @type {OpRow | undefined} */
  const known = await tx.objectStore("ops").get(row.op);
  if (!known?.own) return;
  const { held: _held, ...op } = known;
  const { result, reason, by_name, at } = row;
  const answered = result === "accepted" || result === "reassigned" ? "ok" : "held";
  await tx.objectStore("ops").put({ ...op, answered, decision: { result, reason, by_name, at } });
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {Exclude<Change, { op: Op }>} change
 * @param {number} now
 * @returns {Promise<string>} the visit
 */
async function keepVisit(tx, change, now) {
  if ("decision" in change) {
    await keepDecision(tx, change.decision);
    return change.decision.insp;
  }
  if ("visit" in change) {
    await keepDocument(tx, change.visit, now);
    return change.visit.id;
  }
  await withdrawn(tx, change.gone, now);
  return change.gone;
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {VisitDocument} document
 * @param {number} now
 */
async function keepDocument(tx, document, now) {
  /** @type {VisitRow | undefined} */
  const known = await tx.objectStore("visits").get(document.id);
  const isClosed = CLOSED.has(document.state);
  /** @type {VisitRow} */
  const row = {
    id: document.id,
    document,
    gone: document.revoked,
    closed: isClosed || document.revoked ? (known?.closed ?? now) : null,
  };
  await tx.objectStore("visits").put(row);
}

/**
 * Access ended. What was written here stays until it was answered for, and is still sent.
 * @param {import("./database.js").Writing} tx
 * @param {string} insp
 * @param {number} now
 */
async function withdrawn(tx, insp, now) {
  /** @type {VisitRow | undefined} */
  const row = await tx.objectStore("visits").get(insp);
  if (row && !row.gone) await tx.objectStore("visits").put({ ...row, gone: true, closed: row.closed ?? now });
}

/**
 * @param {import("./database.js").Writing} tx
 * @param {string} insp
 * @param {number} seq
 * @param {{ op: Op, by: string, by_name: string, device: string, received: number }} change
 * @param {string} device
 * @returns {Promise<OpRow | null>} null: it was here already; the body never changes
 */
async function keepOperation(tx, insp, seq, change, device) {
  const { op, by, by_name, received } = change;
  /** @type {OpRow | undefined} */
  const known = await tx.objectStore("ops").get(op.id);
  if (known) {
    if (!known.held) return null;
    // It was held, and comes down now: somebody let it in.
    const { held: _held, ...row } = known;
    await tx.objectStore("ops").put({ ...row, answered: "ok" });
    return { ...row, answered: "ok" };
  }
  /** @type {OpRow} */
  const row = {
    id: op.id,
    insp,
    n: op.n,
    own: false,
    op,
    by,
    byName: by_name,
    device: change.device,
    seq,
    received,
    answered: "ok",
  };
  if (change.device === device) row.message = "từ máy này, trước khi bộ nhớ bị xóa";
  await tx.objectStore("ops").put(row);
  return row;
}

/**
 * The server lists everything this person may see now; a visit that is not in it was withdrawn or is long closed.
 * @param {import("./database.js").Writing} tx
 * @param {Record<string, number>} scopes
 * @param {Set<string>} changed
 * @param {number} now
 */
async function keepScopes(tx, scopes, changed, now) {
  for (const row of /** @type {VisitRow[]} */ (await tx.objectStore("visits").getAll())) {
    if (row.id in scopes) {
      if (row.gone && !row.document.revoked) {
        await tx.objectStore("visits").put({ ...row, gone: false });
        changed.add(row.id);
      }
    } else if (!row.gone) {
      await withdrawn(tx, row.id, now);
      changed.add(row.id);
    }
  }
}

/**
 * The checklists that visits name and this phone does not hold.
 * @param {Database} db
 * @returns {Promise<{ key: string, url: string, sha256: string }[]>}
 */
export function missingChecklists(db) {
  return db.read(["visits", "checklists"], async (tx) => {
    /** @type {[VisitRow[], IDBValidKey[]]} */
    const [rows, keys] = await Promise.all([
      tx.objectStore("visits").getAll(),
      tx.objectStore("checklists").getAllKeys(),
    ]);
    const held = new Set(keys.map(String));
    /** @type {Map<string, { key: string, url: string, sha256: string }>} */
    const missing = new Map();
    for (const { document } of rows) {
      for (const { code, version, url, sha256 } of document.checklists) {
        const key = `${code}@${version}`;
        if (!held.has(key)) missing.set(key, { key, url, sha256 });
      }
    }
    return [...missing.values()];
  });
}

/**
 * @param {Database} db
 * @param {string} key
 * @param {Checklist} checklist
 */
export function keepChecklist(db, key, checklist) {
  return db.write(["checklists"], (tx) => tx.objectStore("checklists").put(checklist, key));
}

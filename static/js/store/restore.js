// Browsers on a full phone may empty our database while we look at it. What the open visits hold in memory goes back in.

import { checklistKey } from "./visits.js";

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./phone.js").Person} Person
 * @typedef {import("./work.js").ChainRow} ChainRow
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").VisitRow} VisitRow
 * @typedef {import("../types.d.ts").Checklist} Checklist
 * @typedef {import("../types.d.ts").TextDraft} TextDraft
 */

/**
 * @param {Database} db
 * @param {Person} person
 * @param {{ row: VisitRow, ops: OpRow[], chain: ChainRow, checklists: Checklist[], drafts: TextDraft[] }} visit
 * @returns {Promise<boolean>} false: nothing was missing
 */
export function restoreVisit(db, person, { row, ops, chain, checklists, drafts }) {
  return db.write(["visits", "ops", "outbox", "chains", "checklists", "drafts", "meta"], async (tx) => {
    if (await tx.objectStore("visits").get(row.id)) return false;
    await tx.objectStore("visits").put(row);
    // The same device: its chain goes on where it was, with nothing missing in between.
    await tx.objectStore("meta").put(person.device, "device");
    if (chain.n > 0) await tx.objectStore("chains").put(chain);
    for (const op of ops) {
      await tx.objectStore("ops").put(op);
      if (!op.own || op.answered) continue;
      const { insp, n, id, bytes = 1024 } = op;
      await tx.objectStore("outbox").put({ insp, n, id, t: op.op.t, bytes, help: null });
    }
    for (const each of checklists) await tx.objectStore("checklists").put(each, checklistKey(each));
    for (const draft of drafts) await tx.objectStore("drafts").put(draft);
    return true;
  });
}

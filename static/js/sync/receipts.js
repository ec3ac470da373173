// The server's receipts on this phone: for each visit the newest, by the name of its site.

import { visitRows } from "../store/visits.js";
import { current } from "./here.js";
import { newest } from "./live.js";

/**
 * @typedef {import("../store/work.js").ReceiptRow} ReceiptRow
 * @typedef {import("../types.d.ts").VisitReceipt} VisitReceipt
 */

/** @returns {Promise<VisitReceipt[]>} the newest first */
export async function receipts() {
  const { db } = current();
  const [rows, visits] = await Promise.all([
    db.read(["receipts"], (tx) => /** @type {Promise<ReceiptRow[]>} */ (tx.objectStore("receipts").getAll())),
    visitRows(db),
  ]);
  const found = visits.flatMap(({ id, document }) => {
    const receipt = newest(rows.filter(({ insp }) => insp === id));
    return receipt ? [{ ...receipt, id, name: document.site.name }] : [];
  });
  return found.sort((one, other) => other.received - one.received);
}

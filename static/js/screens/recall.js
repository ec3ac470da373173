// Where to return to when the camera closed the application before the photo arrived.

import { pendingCapture, visit as readVisit } from "../sync/field.js";
import { placeHash } from "./places.js";

/** @returns {Promise<string | null>} the address of the item the photo was meant for */
export async function placeOfCapture() {
  const pending = await pendingCapture();
  if (!pending) return null;
  const visit = await readVisit(pending.insp);
  for (const { code, items } of visit.checklists) {
    const item = items.find(({ id }) => id === pending.item);
    if (item) return placeHash(visit.id, { code, section: item.section, item: item.id });
  }
  return `#/visit/${visit.id}`;
}

// What was found before, searched on the phone before a finding is written. Three different things, always candidates;
// the server judges alike (inspect_app/domain/repeats.py), tests/vectors/repeats holds the two together.

/**
 * @typedef {import("../types.d.ts").EarlierFinding} EarlierFinding
 * @typedef {import("../types.d.ts").Repeats} Repeats
 */

/**
 * @param {Repeats} repeats as the visit took them along
 * @param {{ item: string, rules: string[], organisation: string | null, today: string }} finding rules: the codes of
 *   the item's penalties; organisation: who answers for it; today: YYYY-MM-DD in Vietnam
 * @returns {{ repeats: EarlierFinding[], recidivism: EarlierFinding[], multiple: EarlierFinding[], matches: number }}
 */
export function searchEarlier(repeats, { item, rules, organisation, today }) {
  const conduct = new Set(rules.map((rule) => repeats.conduct[rule]).filter(Boolean));
  /** @param {EarlierFinding} each */
  const isSame = (each) =>
    each.organisation === organisation &&
    (conduct.size > 0 && each.conduct.length > 0 ? each.conduct.some((key) => conduct.has(key)) : each.item === item);
  const before = repeats.found.filter((each) => each.found_on < today);
  const found = {
    repeats: before.filter((each) => each.item === item && (each.here || each.organisation === organisation)),
    recidivism: before.filter(
      ({ decision, ...each }) => decision && today < decision.until && isSame({ decision, ...each }),
    ),
    multiple: before.filter((each) => each.pending_until && today <= each.pending_until && isSame(each)),
  };
  const matches = new Set(Object.values(found).flatMap((list) => list.map(({ id }) => id))).size;
  return { ...found, matches };
}

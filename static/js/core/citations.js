// The one door through which a paper gets its citations; the server's is inspect_app/domain/citations.py, and
// tests/vectors/citations.json holds the two together.

/** @typedef {import("../types.d.ts").Basis} Basis */

/**
 * Read in the law: as it is. Read in a secondary text: with that word. Only the title compared: the document, without the
 * clause nobody read. From memory: never; when nothing remains, the line asks for the law instead of citing.
 * @param {readonly Pick<Basis, "label" | "at" | "confidence">[]} bases
 */
export function printed(bases) {
  const told = bases.map(line).filter(Boolean);
  return [...new Set(told)].join("; ") || (bases.length ? "Căn cứ cần đối chiếu văn bản gốc" : "");
}

/** @param {Pick<Basis, "label" | "at" | "confidence">} basis */
function line({ label, at, confidence }) {
  const cited = [at, label].filter(Boolean).join(", ");
  if (confidence === "verified") return cited;
  if (confidence === "secondary") return `${cited} (nguồn thứ cấp)`;
  return confidence === "title-only" ? `${label} (điều, khoản cần kiểm tra)` : "";
}

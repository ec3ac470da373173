// The way out when nothing else works: everything unsent in one file, which the office can take in.

import { sha256Text } from "../core/hash.js";
import { LockedFile } from "../core/locked_file.js";
import { Zip } from "./zip.js";

/**
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./work.js").OpRow} OpRow
 * @typedef {import("./work.js").PhotoRow} PhotoRow
 * @typedef {import("../core/outbox.js").Waiting} Waiting
 * @typedef {import("../types.d.ts").AgencyKey} AgencyKey
 * @typedef {import("../types.d.ts").ExportFile} ExportFile
 */

/**
 * ops.ndjson (one line per operation), photos/<sha>, manifest.json in a zip; locked with the agency's key. Without the
 * key it goes out unlocked, and the name says so: on a full phone it may be the only copy.
 * @param {Database} db
 * @param {{ user: { id: string, username: string }, device: string, now: number, rescued: unknown[], agency: AgencyKey | null }} whose
 *   rescued: what did not even reach the database
 * @returns {Promise<ExportFile>}
 */
export async function exportUnsent(db, { user, device, now, rescued, agency }) {
  const { rows, photos } = await db.read(["outbox", "ops", "photos"], async (tx) => {
    /** @type {[Waiting[], PhotoRow[]]} */
    const [waiting, left] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("photos").index("left").getAll(1),
    ]);
    /** @type {OpRow[]} */
    const ops = await Promise.all(waiting.map(({ id }) => tx.objectStore("ops").get(id)));
    return { rows: ops, photos: left };
  });
  const lines = rows.map(({ insp, op, head }) => `${JSON.stringify({ insp, op, head })}\n`).join("");
  const file = agency ? await LockedFile.to(agency) : new OpenFile();
  const zip = new Zip((bytes) => file.write(bytes));
  await zip.add("ops.ndjson", encode(lines));
  let packed = 0;
  for (const sha of new Set(photos.map((photo) => photo.sha))) {
    // One at a time, so that sixty photos do not stand in memory together.
    const bytes = await db.read(["bytes"], (tx) => tx.objectStore("bytes").get(sha));
    if (!bytes) continue;
    await zip.add(`photos/${sha}`, new Uint8Array(bytes));
    packed += 1;
  }
  const manifest = {
    format: 1,
    encrypted: agency !== null,
    user: user.id,
    username: user.username,
    device,
    made: now,
    ops: rows.length,
    ops_sha256: await sha256Text(lines),
    photos: photos.map(({ insp, sha, size, mime }) => ({ insp, sha, size, mime })),
    rescued,
  };
  await zip.add("manifest.json", encode(JSON.stringify(manifest, null, 1)));
  await zip.done();
  const stamp = new Date(now).toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
  const name = `chua-gui-${user.username}-${stamp}${agency ? ".ktz" : "-khong-ma-hoa.zip"}`;
  return { name, blob: await file.done(), ops: rows.length, photos: packed, encrypted: agency !== null };
}

/** A file that anybody can open. */
class OpenFile {
  /** @type {BlobPart[]} */
  #parts = [];

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async write(bytes) {
    // Each piece becomes a Blob of its own, which the browser may keep on disk.
    this.#parts.push(new Blob([bytes]));
  }

  async done() {
    return new Blob(this.#parts, { type: "application/zip" });
  }
}

/** @param {string} text */
function encode(text) {
  return new TextEncoder().encode(text);
}

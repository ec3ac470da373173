// Sending photos: in pieces that a bad link can carry, going on where the server stopped, done only when it says so.

import { fromHex, sha256 } from "../core/hash.js";
import { chunkSize } from "../core/outbox.js";
import { afterFailure } from "../core/retry.js";
import { changePhoto, photoBytes, photosLeft } from "../store/photos.js";
import { meta } from "../store/work.js";
import { call, Failed } from "./api.js";

const MOST_MISMATCHES = 5;
const TUS = { "Tus-Resumable": "1.0.0" };

/**
 * @typedef {import("./api.js").Answer} Answer
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/work.js").PhotoRow} PhotoRow
 */

/** How fast the link was lately, in bytes per second. @type {number | null} */
let speed = null;

/**
 * Photos whose place at the server is not certain: a request broke, and what came of it may be more than was answered. To
 * ask costs a line; to send a piece that does not fit costs the piece. @type {Map<string, boolean>}
 */
const doubts = new Map();

/**
 * @param {{ db: Database, done: (row: PhotoRow) => void, hurry: () => boolean, moved: () => void }} work
 *   hurry: operations wait; they go before the next piece of a photo; moved: another piece is across
 * @throws {Failed}
 */
export async function uploadAll({ db, done, hurry, moved: onMoved }) {
  for (const row of await photosLeft(db)) {
    if (hurry()) return;
    const bytes = await photoBytes(db, row.sha);
    if (!bytes) {
      await changePhoto(db, row, { help: { code: "no-bytes", message: "Không còn ảnh trên máy." } });
      continue;
    }
    const isDone = await uploadOne(db, row, bytes, { hurry, onMoved });
    if (isDone === "later") return;
    if (isDone) done(row);
  }
}

/**
 * @param {Database} db
 * @param {PhotoRow} row
 * @param {ArrayBuffer} bytes
 * @param {{ hurry: () => boolean, onMoved: () => void }} work
 * @returns {Promise<boolean | "later">} false: it waits for a person
 */
async function uploadOne(db, row, bytes, { hurry, onMoved }) {
  const begun = await placeOf(row);
  if (begun === null) return whole(db, row);
  let at = { offset: begun, mismatches: row.mismatches };
  let isNew = at.offset === 0;
  for (;;) {
    const piece = bytes.slice(at.offset, at.offset + chunkSize(speed));
    const answer = isNew ? await create(row, piece) : await append(row, at.offset, piece);
    doubts.set(row.sha, answer.status === 0);
    const what = whatNow(answer);
    if (what === "wait") throw new Failed(answer);
    at = moved(at, what, answer, piece.byteLength);
    if (what === "went") onMoved();
    if (at.offset >= row.size) {
      if (await isComplete(row, answer)) return whole(db, row);
      at = fromBeginning(at);
    }
    isNew = at.offset === 0 && what !== "went" && what !== "elsewhere";
    if (what === "stuck" || at.mismatches >= MOST_MISMATCHES) return stuck(db, row, answer);
    await changePhoto(db, row, at);
    if (hurry()) return "later";
  }
}

/**
 * @param {PhotoRow} row
 * @returns {Promise<number | null>} how much of it the server has; null: the whole. All its bytes and not yet the whole:
 *   one less is said, because the last piece makes the server look
 * @throws {Failed}
 */
async function placeOf(row) {
  // What another start of the app knew may be old.
  if (!(doubts.get(row.sha) ?? row.offset > 0)) return row.offset;
  const asked = await call("HEAD", address(row), { headers: TUS });
  const what = whatNow(asked);
  if (what === "wait") throw new Failed(asked);
  if (what === "unknown") return 0;
  if (what !== "went") return row.offset; // the answer to a piece says more
  if (asked.headers.get("Upload-Complete") === "?1") return null;
  return Math.min(whereTo(asked, row.offset), row.size - 1);
}

/**
 * @param {Database} db
 * @param {PhotoRow} row
 */
async function whole(db, row) {
  const offset = (await meta(db, "offset")) ?? 0;
  await changePhoto(db, row, { offset: row.size, complete: true, done: Date.now() + offset });
  return true;
}

/** @typedef {{ offset: number, mismatches: number }} Place how far it is, and how often the server had something else */

/**
 * @param {Place} at
 * @param {ReturnType<typeof whatNow>} what
 * @param {Answer} answer
 * @param {number} sent
 * @returns {Place}
 */
function moved(at, what, answer, sent) {
  if (what === "went") return { ...at, offset: whereTo(answer, at.offset + sent) };
  // Counted too: a server that moves us to and fro must not hold up the other photos.
  if (what === "elsewhere") return { offset: whereTo(answer, 0), mismatches: at.mismatches + 1 };
  return fromBeginning(at);
}

/** @param {Place} at */
function fromBeginning({ mismatches }) {
  return { offset: 0, mismatches: mismatches + 1 };
}

/**
 * @param {Answer} answer
 * @returns {"went" | "elsewhere" | "differs" | "unknown" | "stuck" | "wait"}
 */
function whatNow({ status, code }) {
  if (status === 200 || status === 201 || status === 204) return "went";
  if (status === 409 && code !== "wrong-user" && code !== "epoch-changed") return "elsewhere";
  if (status === 460) return "differs";
  if (status === 404 || status === 410) return "unknown";
  return afterFailure(status, code) === "split" ? "stuck" : "wait";
}

/**
 * This photo waits for a person; the others go on.
 * @param {Database} db
 * @param {PhotoRow} row
 * @param {Answer} answer
 */
async function stuck(db, row, { code, message }) {
  await changePhoto(db, row, { help: { code, message } });
  return false;
}

/**
 * @param {PhotoRow} row
 * @param {ArrayBuffer} piece
 */
function create(row, piece) {
  const facts = { sha256: row.sha, inspection: row.insp, mime: row.mime };
  const metadata = Object.entries(facts).map(([key, value]) => `${key} ${btoa(value)}`);
  return timed("POST", "/blobs", piece, {
    "Upload-Length": String(row.size),
    "Upload-Metadata": metadata.join(","),
  });
}

/**
 * @param {PhotoRow} row
 * @param {number} offset
 * @param {ArrayBuffer} piece
 */
async function append(row, offset, piece) {
  const checksum = btoa(String.fromCharCode(...fromHex(await sha256(piece))));
  return timed("PATCH", address(row), piece, {
    "Upload-Offset": String(offset),
    "Upload-Checksum": `sha256 ${checksum}`,
  });
}

/** @param {PhotoRow} row */
function address({ insp, sha }) {
  return `/blobs/${insp}/${sha}`;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {ArrayBuffer} piece
 * @param {Record<string, string>} headers
 */
async function timed(method, path, piece, headers) {
  const started = performance.now();
  const answer = await call(method, path, {
    body: piece,
    headers: { ...TUS, "Content-Type": "application/offset+octet-stream", ...headers },
  });
  if (answer.status === 0) {
    // It broke: what came next may break too, so carry less.
    speed = speed === null ? null : speed / 4;
  } else if (piece.byteLength > 0) {
    speed = (piece.byteLength * 1000) / Math.max(1, performance.now() - started);
  }
  return answer;
}

/**
 * @param {Answer} answer
 * @param {number} otherwise
 */
function whereTo({ headers }, otherwise) {
  const told = headers.get("Upload-Offset");
  return told !== null && /^\d+$/.test(told) ? Number(told) : otherwise;
}

/**
 * All bytes are there; is the whole the photo we meant? Where the answer does not say, ask.
 * @param {PhotoRow} row
 * @param {Answer} answer
 */
async function isComplete(row, answer) {
  const told = answer.headers.get("Upload-Complete");
  if (told !== null) return told === "?1";
  const asked = await call("HEAD", address(row), { headers: TUS });
  if (asked.status !== 200 && asked.status !== 204) throw new Failed(asked);
  return asked.headers.get("Upload-Complete") === "?1";
}

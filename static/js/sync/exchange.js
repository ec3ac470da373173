// One run of sending and fetching, in its order: what was written, what a restored server lost, what is new, photos,
// and what may be forgotten. How open violations looked before comes after it. Loaded with the first run.

import { rescuedFor } from "../store/emergency.js";
import { forgetClosed } from "../store/retention.js";
import { meta } from "../store/work.js";
import { Failed } from "./api.js";
import { lookBack } from "./before.js";
import { build } from "./build.js";
import { emit } from "./events.js";
import { health } from "./health.js";
import { current } from "./here.js";
import { reconcile, reconcileDoubted } from "./holdings.js";
import { identify } from "./identity.js";
import { drop } from "./live.js";
import { answered, came, countAgain, photoDone } from "./news.js";
import { fetchChecklists, pullAll } from "./pull.js";
import { pushAll } from "./push.js";
import { uploadAll } from "./upload.js";

/**
 * @param {() => boolean} hurry something was written meanwhile
 * @param {() => void} moved another piece of a photo is across: the link is bad, and still worth trying again soon
 * @param {() => boolean} over another run has begun, or should
 * @returns {Promise<{ revoked: boolean }>} revoked: the office took this phone out; it sends and gets nothing
 * @throws {Failed}
 */
export async function exchange(hurry, moved, over) {
  const { db, person } = current();
  await identify(db, person);
  const work = { db, person, app: build(), health, answered, came };
  await pushAll(work);
  if (await reconcileDoubted(db)) await offerAgain(work);
  const trouble = await fetchAll(work);
  // The server may have been restored while we asked it.
  if (await reconcileDoubted(db)) await offerAgain(work);
  await uploadAll({ db, done: photoDone, hurry, moved });
  const revoked = trouble?.answer.code === "device-revoked";
  if (trouble && !revoked) throw trouble;
  await forget();
  if (!revoked) lookBack(db, over);
  return { revoked };
}

/** @param {Parameters<typeof pushAll>[0]} work */
async function offerAgain(work) {
  await identify(work.db, work.person);
  await pushAll(work);
}

/**
 * What comes down matters less than what must go up: unless nobody answers, or nobody knows us, the photos still go.
 * @param {Parameters<typeof pullAll>[0]} work
 * @returns {Promise<Failed | null>}
 */
async function fetchAll(work) {
  try {
    await pullAll(work);
    if ((await fetchChecklists(work.db)) > 0) await came(new Set(), [], true);
    await countAgain();
    return null;
  } catch (error) {
    if (error instanceof Failed && ![0, 401, 409].includes(error.answer.status)) return error;
    throw error;
  }
}

async function forget() {
  const { db, person } = current();
  const backup = (await meta(db, "backup")) ?? null;
  const isHeld = async (/** @type {string} */ insp) => {
    const { ops, photos } = await reconcile(db, insp, false);
    return ops + photos === 0;
  };
  const rescued = new Set(rescuedFor(person.id).map(({ insp }) => insp));
  const forgotten = await forgetClosed(db, { now: Date.now(), device: person.device, backup, isHeld, rescued });
  for (const id of forgotten) drop(id);
  if (forgotten.length > 0) emit({ kind: "visits" });
}

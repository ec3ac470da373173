// The one engine of sending and fetching: one tab at a time, whenever there is reason to hope, later and later after
// failures, and never with the loss of anything.

import { afterFailure, backoff, retryAfter } from "../core/retry.js";
import { online } from "../device/network.js";
import { retryHelp, unsentInAll } from "../store/outbox.js";
import { changePerson } from "../store/phone.js";
import { Failed } from "./api.js";
import { emit, tell } from "./events.js";
import { card, current, somebody } from "./here.js";

/** @typedef {import("../types.d.ts").SyncState} SyncState */

const AFTER_WRITING = 1_500;
const LOOK_AGAIN = 60_000;

/** @type {SyncState} */
const state = {
  unsent: { ops: 0, photos: 0, oldest: null },
  held: 0,
  running: false,
  online: true,
  lastSuccess: null,
  lastError: null,
  nextTry: null,
  paused: null,
  revoked: false,
};
let failures = 0;
let hasNews = false;
let runs = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Promise<void> | null} */
let run = null;

/** @returns {SyncState} */
export function syncState() {
  return { ...state, online: online() };
}

/**
 * Something was written: send it soon, together with what follows in the next moment.
 * @param {{ photos: number, t: number }} what counted here, because to count in the database would cost the next tap
 */
export function nudge({ photos, t }) {
  hasNews = true;
  const { unsent } = state;
  const oldest = Math.min(unsent.oldest ?? t, t);
  state.unsent = { ops: unsent.ops + 1, photos: unsent.photos + photos, oldest };
  show();
  // Without any network there is nothing to hope for; "online" will tell.
  if (!state.paused && failures === 0 && online()) plan(AFTER_WRITING);
}

/** There is reason to hope: the network came back, the app came to the front, somebody signed in. */
export function hope() {
  failures = 0;
  if (!state.paused) plan(0);
}

/** Signed in again: the queue goes on. */
export function resume() {
  state.paused = null;
  state.lastError = null;
  hope();
}

/** Nobody is here any more. */
export function rest() {
  clearTimeout(timer);
  Object.assign(state, {
    unsent: { ops: 0, photos: 0, oldest: null },
    held: 0,
    lastError: null,
    nextTry: null,
    paused: null,
    revoked: false,
  });
  failures = 0;
}

/**
 * A person asked. Resolves when the attempt is over, however it ended.
 * @returns {Promise<SyncState>}
 */
export async function syncNow() {
  const { db } = current();
  await retryHelp(db);
  failures = 0;
  await once();
  return syncState();
}

/** Something went across: on a link that breaks every few seconds no run ends well, and each still brings us on. */
function forgive() {
  failures = 0;
}

/**
 * What the timer does: one more attempt, with the failures so far in mind. It may be due while the one before it is still
 * coming to its end; taken for that one, it would be lost, and nobody would try again until somebody touches the phone.
 * @returns {Promise<void>}
 */
export async function retry() {
  await run?.catch(() => {}); // whoever began it hears of its trouble
  return once();
}

/** @param {number} wait ms */
function plan(wait) {
  clearTimeout(timer);
  state.nextTry = wait > AFTER_WRITING ? Date.now() + wait : null;
  timer = setTimeout(() => void retry(), wait);
}

/** @returns {Promise<void>} */
function once() {
  run ??= locked().finally(() => {
    run = null;
  });
  return run;
}

async function locked() {
  const here = somebody();
  if (!here) return;
  await navigator.locks.request(`sync-${here.person.id}`, { ifAvailable: true }, async (lock) => {
    if (lock) await attempt();
    else plan(LOOK_AGAIN); // another tab is at it
  });
}

async function attempt() {
  const { person } = current();
  clearTimeout(timer);
  state.running = true;
  show();
  try {
    do {
      hasNews = false;
      runs += 1;
      const mine = runs;
      const over = () => hasNews || runs !== mine;
      const { exchange } = await import("./exchange.js");
      state.revoked = (await exchange(() => hasNews, forgive, over)).revoked;
    } while (hasNews);
    failures = 0;
    Object.assign(state, { lastSuccess: Date.now(), lastError: null, paused: null });
    plan(LOOK_AGAIN);
  } catch (error) {
    // Locked meanwhile, or somebody else is here: it goes on when this person is back.
    if (somebody()?.person.id === person.id) await failed(error);
  } finally {
    state.running = false;
    await recountUnsent();
    const next = somebody();
    if (next && next.person.id !== person.id) plan(0);
  }
}

/** @param {unknown} error */
async function failed(error) {
  if (!(error instanceof Failed)) {
    state.lastError = { code: "phone-trouble", message: `Máy gặp trục trặc: ${error}`, at: Date.now() };
    failures += 1;
    plan(backoff(failures, Math.random()));
    reportError(error);
    return;
  }
  const { status, code, message, headers } = error.answer;
  const what = afterFailure(status, code);
  state.lastError = {
    code: code || "server-trouble",
    message: message || `Máy chủ gặp trục trặc (${status})`,
    at: Date.now(),
  };
  if (what === "signed-out" || what === "wrong-user") {
    state.paused = what;
    await expired();
    return;
  }
  if (code === "device-revoked") state.revoked = true;
  failures += 1;
  plan(retryAfter(headers.get("Retry-After"), Date.now(), Math.random()) ?? backoff(failures, Math.random()));
}

/** The session ended: everything stays, and capturing goes on. */
async function expired() {
  const { person } = current();
  person.session = "expired";
  await changePerson(person.id, (kept) => {
    kept.session = "expired";
  });
  emit({ kind: "session", user: card(person), why: "expired" });
}

/** Count what waits, and tell; before anybody asks with a state from before the sign-in. */
export async function recountUnsent() {
  const here = somebody();
  if (!here) return;
  const { held, ...total } = await unsentInAll(here.db);
  Object.assign(state, { unsent: total, held });
  show();
}

function show() {
  tell({ kind: "sync", state: syncState() });
}

/** Begin, once per page. */
export function startRunner() {
  addEventListener("online", hope);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") hope();
  });
  // The service worker's Background Sync is only such a sign of hope.
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data === "sync") hope();
  });
}

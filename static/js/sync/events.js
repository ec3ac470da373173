// What happened, for the screens of this tab and for the other tabs of this phone.

/** @typedef {import("../types.d.ts").AppEvent} AppEvent */

/** @type {Set<(event: AppEvent) => void>} */
const listeners = new Set();
/** @type {Set<(event: AppEvent) => void>} */
const elsewhere = new Set();
const channel = new BroadcastChannel("inspect");

/** What another tab must hear of, because it changed what both look at. */
const SHARED = new Set(["visit", "visits", "session"]);

channel.onmessage = ({ data }) => {
  for (const handler of elsewhere) handler(data);
};

/**
 * @param {(event: AppEvent) => void} listener
 * @returns {() => void} stop
 */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * @param {(event: AppEvent) => void} handler what another tab did
 */
export function onElsewhere(handler) {
  elsewhere.add(handler);
}

/** @param {AppEvent} event */
export function emit(event) {
  tell(event);
  if (SHARED.has(event.kind)) channel.postMessage(event);
}

/**
 * Only here: the other tabs know it, or do not care.
 * @param {AppEvent} event
 */
export function tell(event) {
  for (const listener of listeners) listener(event);
}

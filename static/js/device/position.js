// Where the phone is: watched only while a screen asks for it, and given with its accuracy and its moment.

/** @typedef {import("../types.d.ts").Fix} Fix */

/** @type {Fix | null} */
let last = null;
let watch = 0;
/** @type {Set<(fix: Fix | null, refused: boolean) => void>} */
const listeners = new Set();

/** @returns {Fix | null} the newest one, however old */
export function lastFix() {
  return last;
}

/**
 * @param {(fix: Fix | null, refused: boolean) => void} [listener] null and true: the person refused
 * @returns {() => void} stop
 */
export function watchPosition(listener = () => {}) {
  // A function of its own each time, so that one screen's stop does not end another's.
  const own = /** @type {typeof listener} */ ((fix, refused) => listener(fix, refused));
  listeners.add(own);
  if (!("geolocation" in navigator)) {
    queueMicrotask(() => own(null, true));
  } else if (listeners.size === 1) {
    watch = navigator.geolocation.watchPosition(keep, fail, { enableHighAccuracy: true, maximumAge: 5_000 });
  } else if (last) {
    own(last, false);
  }
  return () => {
    listeners.delete(own);
    if (listeners.size === 0 && "geolocation" in navigator) navigator.geolocation.clearWatch(watch);
  };
}

/**
 * One good fix: the first that is accurate to 25 m, else the best one when the time is over.
 * @param {{ timeout?: number, good?: number }} [wish] ms, metres
 * @returns {Promise<Fix | null>} null: no fix in time, or refused
 */
export function position({ timeout = 10_000, good = 25 } = {}) {
  return new Promise((resolve) => {
    /** @type {Fix | null} */
    let best = null;
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve(best);
    };
    const timer = setTimeout(end, timeout);
    const stop = watchPosition((fix, refused) => {
      if (fix && Date.now() - fix.time < 60_000 && (!best || fix.accuracy <= best.accuracy)) best = fix;
      if (refused || (best && best.accuracy <= good)) queueMicrotask(end);
    });
  });
}

/** @param {GeolocationPosition} found */
function keep({ coords, timestamp }) {
  last = { lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, time: timestamp };
  for (const listener of listeners) listener(last, false);
}

/** @param {GeolocationPositionError} error */
function fail(error) {
  // "Unavailable" and "timeout" may mend themselves while we watch; a refusal does not.
  if (error.code !== error.PERMISSION_DENIED) return;
  for (const listener of listeners) listener(null, true);
}

// Keeping the screen on while a person waits for the sending to end.

/** @returns {Promise<() => void>} release; does nothing where the phone does not know wake locks */
export async function keepAwake() {
  if (!("wakeLock" in navigator)) return () => {};
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let isWanted = true;
  const take = async () => {
    if (!isWanted || document.visibilityState !== "visible") return;
    try {
      lock = await navigator.wakeLock.request("screen");
    } catch {
      lock = null; // a low battery refuses it; sending goes on without
    }
  };
  // The system takes it away whenever the app goes into the background.
  document.addEventListener("visibilitychange", take);
  await take();
  return () => {
    isWanted = false;
    document.removeEventListener("visibilitychange", take);
    lock?.release();
  };
}

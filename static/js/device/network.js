// Whether the phone believes to be online. It is a hint for words and for trying at once, never a reason not to try.

/** @returns {boolean} */
export function online() {
  return navigator.onLine;
}

/**
 * @param {(online: boolean) => void} listener
 * @returns {() => void} stop
 */
export function watchNetwork(listener) {
  const tell = () => listener(online());
  addEventListener("online", tell);
  addEventListener("offline", tell);
  return () => {
    removeEventListener("online", tell);
    removeEventListener("offline", tell);
  };
}

// The browser's Back button finds every page again.

/**
 * A form that was refused stands at an address that was sent to, and nobody may keep it: going back to it would end at an
 * error of the browser. Entered in the history as an address to be read, it is fetched anew. A page shown under another
 * address than its own names that one (rel="canonical").
 * @param {Document} document
 */
export function findAgain(document) {
  const [arrival] = performance.getEntriesByType("navigation");
  if (!(arrival instanceof PerformanceNavigationTiming) || arrival.responseStatus < 400) return;
  const own = document.querySelector('link[rel="canonical"]');
  history.replaceState(history.state, "", own instanceof HTMLLinkElement ? own.href : location.href);
}

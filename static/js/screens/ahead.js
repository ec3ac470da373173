// What a person opens next, read while the phone is at rest: the first tap on a visit waits for nothing then.

/** The way out for unsent data is among them: it must work also when the browser has thrown our files away. */
const AHEAD = [
  () => import("./visit.js"),
  () => import("./checklist.js"),
  () => import("./device.js"),
  () => import("../store/export.js"),
];

export async function readAhead() {
  for (const read of AHEAD) {
    await new Promise((resolve) => {
      if (typeof requestIdleCallback === "function") requestIdleCallback(resolve);
      else setTimeout(resolve, 500);
    });
    await read();
  }
}

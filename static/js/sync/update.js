// The service worker and its updates: a new version waits until a person, or a quiet moment, lets it in.

import { scriptUrl } from "../device/trusted.js";
import { build } from "./build.js";
import { tell } from "./events.js";
import { somebody } from "./here.js";

/** @type {ServiceWorkerRegistration | null} */
let registration = null;
let isComplete = false;
let isReloading = false;

function updateReady() {
  return Boolean(registration?.waiting && navigator.serviceWorker.controller);
}

/** Flush what is being typed, let the new version in, reload once. */
export async function applyUpdate() {
  if (somebody()) {
    const { flushDrafts } = await import("./drafts.js");
    await flushDrafts();
  }
  const waiting = registration?.waiting;
  if (!waiting) return;
  isReloading = true;
  waiting.postMessage("SKIP_WAITING");
}

export async function startUpdates() {
  if (!("serviceWorker" in navigator) || registration) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // Only the tab that asked: another one may have a note half typed, and old pages run on with their old files.
    if (!isReloading) return;
    isReloading = false;
    location.reload();
  });
  registration = await register();
  if (updateReady()) announce();
  registration.addEventListener("updatefound", () => {
    const coming = registration?.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && updateReady()) announce();
    });
  });
  document.addEventListener("visibilitychange", () => {
    // Looks for a new version, and puts the worker back where the browser threw it out with everything else. Without
    // network this fails, and the next time may not.
    if (document.visibilityState === "visible") void lookAgain().catch(() => {});
  });
  const { sync } = /** @type {{ sync?: { register(tag: string): Promise<void> } }} */ (
    /** @type {unknown} */ (registration)
  );
  // Where there is Background Sync it wakes us; where there is none, or it is refused, the page's own signs do.
  await sync?.register("sync").catch(() => {});
}

/** Whether everything is on this phone. Without service workers it never will be; the capability check says so. */
export async function isWhole() {
  return "caches" in globalThis && (await caches.match(`/assets/${build()}/phone.rest.json`)) !== undefined;
}

/** Everything the list of visits opens comes now; "offline" tells when it is here. */
export async function takeRest() {
  if (isComplete || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data !== "complete" || isComplete) return;
    isComplete = true;
    tell({ kind: "offline", ready: true });
  });
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage("REST");
}

async function lookAgain() {
  const here = await register();
  await here.update();
}

function register() {
  return navigator.serviceWorker.register(scriptUrl("/sw.js"), { scope: "/", updateViaCache: "none" });
}

function announce() {
  tell({ kind: "update", ready: true });
}

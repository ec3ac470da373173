// Being told of new work while the app is closed: this phone's wish, which the server keeps for its person.

import { call, Failed } from "./api.js";

/** @typedef {"cannot" | "refused" | "offline" | "off" | "on"} AlertState */

/** @returns {Promise<AlertState>} */
export async function alertState() {
  const registration = await ready();
  if (!registration) return "cannot";
  if (Notification.permission === "denied") return "refused";
  const answer = await call("GET", "/push");
  if (answer.status !== 200) return "offline";
  return answer.data.on && (await registration.pushManager.getSubscription()) ? "on" : "off";
}

/** Asks the person, then the browser, then the server. @returns {Promise<AlertState>} */
export async function switchAlertsOn() {
  const registration = await ready();
  if (!registration) return "cannot";
  if ((await Notification.requestPermission()) !== "granted") return alertState();
  const told = await call("GET", "/push");
  if (told.status !== 200) throw new Failed(told);
  const subscription = await subscribe(registration.pushManager, told.data.key);
  const answer = await call("PUT", "/push", { json: subscription.toJSON() });
  if (answer.status !== 204) throw new Failed(answer);
  return "on";
}

/** The server first: what it no longer knows it no longer tells. @returns {Promise<AlertState>} */
export async function switchAlertsOff() {
  const answer = await call("DELETE", "/push");
  if (answer.status !== 204) throw new Failed(answer);
  const registration = await ready();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  return "off";
}

async function ready() {
  if (!("Notification" in globalThis) || !("PushManager" in globalThis)) return null;
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.active ? registration : null;
}

/**
 * A subscription made for another key of the office is of no use any more.
 * @param {PushManager} manager
 * @param {string} key
 */
async function subscribe(manager, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await manager.subscribe(options);
  } catch (error) {
    const old = await manager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return manager.subscribe(options);
  }
}

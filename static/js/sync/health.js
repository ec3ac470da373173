// What the office may know of the state of a phone: enough to help before data are lost, nothing about the person.

import { capability } from "../device/capability.js";

/** @returns {Promise<Record<string, unknown>>} */
export async function health() {
  const { level, installed, persisted, checks } = await capability();
  const usage = (await navigator.storage?.estimate?.())?.usage ?? null;
  return {
    level,
    installed,
    persisted,
    trouble: checks
      .filter((each) => each.level !== "green")
      .map(({ code }) => code)
      .join(" "),
    // The quota is left out: browsers make it up.
    usage,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

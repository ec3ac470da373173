// Who works on this phone, when its disk does not answer: never taken for a new phone.
import "./rig/phone.js";
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { phone } from "../../static/js/store/phone.js";
import { openApp } from "../../static/js/sync/session.js";

const { read } = phone;
const wait = globalThis.setTimeout;
/** @type {unknown[]} */
const reported = [];
Object.assign(globalThis, { reportError: (/** @type {unknown} */ error) => reported.push(error) });
globalThis.setTimeout = /** @type {any} */ ((/** @type {() => void} */ act) => wait(act, 0));
after(() => {
  globalThis.setTimeout = wait;
  wait(() => process.exit(), 100).unref();
});

/** @param {number} times how often the disk fails before it answers */
function failing(times) {
  let left = times;
  phone.read = /** @type {any} */ (
    (/** @type {any[]} */ ...given) => {
      left -= 1;
      return left < 0 ? /** @type {any} */ (read).apply(phone, given) : Promise.reject(new Error("the disk is slow"));
    }
  );
}

test("a disk that answers after a while is asked again", async () => {
  failing(3);
  assert.equal((await openApp()).screen, "sign-in");
  assert.equal(reported.length, 3);
});

test("a disk that does not answer: nobody is asked to sign in as on a new phone", async () => {
  failing(100);
  await assert.rejects(openApp, { code: "not-readable", message: /Dữ liệu đã ghi vẫn còn nguyên/ });
});

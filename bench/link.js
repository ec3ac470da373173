// A phone on a slow link: takes photos or gives answers without network, then sends them; tells when all is across.

import { randomBytes } from "node:crypto";

import { acts } from "../tests/simulation/phones/acts.js";
import { WirePhone } from "../tests/simulation/phones/wire_phone.js";

const given = JSON.parse(/** @type {string} */ (process.argv[2]));
const begun = Date.now();
/** This phone's seconds are shorter than ours by that factor, so that half an hour of 2G fits into a minute or two. */
const { faster } = given;

const clock = {
  get now() {
    return begun + (Date.now() - begun) * faster;
  },
  set: (/** @type {() => void} */ ring, /** @type {number} */ wait) => Number(setTimeout(ring, wait / faster)),
  clear: (/** @type {number} */ timer) => clearTimeout(timer),
};
process.on("unhandledRejection", () => {});

/** @param {Record<string, unknown>} event */
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const sleep = (/** @type {number} */ wait) => new Promise((resolve) => setTimeout(resolve, wait));

const world = /** @type {any} */ ({ clock, seed: "link", tell: () => {}, nextRequest: () => 0 });
const phone = /** @type {any} */ (new WirePhone(world, "phone", { mutant: "", packs: true }).configure(given));
await phone.open();
const { user } = await acts.signIn(phone.life, given);
await acts.sync(phone.life);
// No coverage while it works.
const reach = phone.fetch.bind(phone);
phone.fetch = () => Promise.reject(new TypeError("network"));
const insp = given.insps[0];
for (let count = 0; count < given.photos; count += 1) {
  const bytes = randomBytes(given.size).toString("base64");
  await acts.photo(phone.life, { insp, item: given.items[0], bytes });
}
for (let count = 0; count < given.answers; count += 1) {
  const item = given.items[count % given.items.length];
  const place = { gps: [21.5942 + count / 1e5, 105.8482, 8.5, clock.now] };
  const draft =
    count % 4 === 3
      ? { k: "comment", i: item, text: `Lối thoát nạn tầng ${count} bị khóa, đã yêu cầu mở ngay`, ...place }
      : { k: "answer", i: item, v: count % 5 === 0 ? "fail" : "pass", ...place };
  await acts.write(phone.life, { insp, draft });
}
const rows = (/** @type {string} */ store) =>
  phone.disk.look(`inspect-work-${user}`, store).map((/** @type {any} */ { value }) => value);
const ops = rows("outbox").length;
tell({ t: "ready", ops });

process.stdin.once("data", async () => {
  phone.fetch = reach;
  const started = clock.now;
  let text = 0;
  const { hope } = await phone.life.load("sync/runner.js");
  hope();
  for (;;) {
    await sleep(10);
    if (!text && rows("outbox").length === 0) text = clock.now - started;
    if (text && rows("photos").every((/** @type {any} */ { complete }) => complete)) break;
  }
  tell({ t: "done", text: text / 1000, all: (clock.now - started) / 1000 });
  process.stdout.write("", () => process.exit());
});

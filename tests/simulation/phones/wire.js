// Phones that live in real time and reach a real server over real sockets, each through a bad link of its own. Told by
// lines of JSON what to do; tells by lines of JSON what a person was promised.

import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";

import { acts } from "./acts.js";
import { WirePhone } from "./wire_phone.js";

/** A minute without an answer is this long here: the rig has no minutes to lose. */
const FASTER = 20;
/** A database that does not answer at once is no broken one here: many phones share one process on a busy machine. */
const SLOWER = 12;

/** @param {number} wait ms */
function paced(wait) {
  // At the end everybody has the time it takes.
  if (wait >= 60_000) return rig.isOver ? wait : wait / FASTER;
  return wait === 10_000 ? wait * SLOWER : wait;
}

const clock = {
  get now() {
    return Date.now();
  },
  set: (/** @type {() => void} */ ring, /** @type {number} */ wait) => Number(setTimeout(ring, paced(wait))),
  clear: (/** @type {number} */ timer) => clearTimeout(timer),
};

/** @param {Record<string, unknown>} event */
function tell(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

const sleep = (/** @type {number} */ wait) => new Promise((resolve) => setTimeout(resolve, wait));

/** What the whole rig is in: going on, waiting for the server, or coming to its end. */
const rig = { isDown: false, isOver: false };

/**
 * @template T
 * @param {() => number} random
 * @param {T[]} list
 * @returns {T}
 */
function pick(random, list) {
  return /** @type {T} */ (list[Math.floor(random() * list.length)]);
}

/**
 * One thing a person does, and what was promised for it.
 * @param {any} phone
 */
async function write(phone) {
  const { life, random, insps, items, name } = phone;
  const insp = pick(random, insps);
  const item = pick(random, items);
  if (random() < 0.12) {
    const bytes = randomBytes(random() < 0.1 ? 150_000 : 200 + Math.floor(random() * 4000));
    const sha = createHash("sha256").update(bytes).digest("hex");
    const { op } = await acts.photo(life, { insp, item, bytes: bytes.toString("base64") });
    return tell({ t: "kept", phone: name, insp, op, sha });
  }
  const text = `${name} ${Date.now()} ${random()}`;
  const draft =
    random() < 0.6
      ? { k: "answer", i: item, v: pick(random, ["pass", "fail", "na"]) }
      : { k: "comment", i: item, text };
  const { op } = await acts.write(life, { insp, draft });
  return tell({ t: "kept", phone: name, insp, op });
}

/** @param {any} phone */
async function enter(phone) {
  if (!phone.life) await phone.open();
  const { signedInUser } = await phone.life.load("sync/session.js");
  const user = signedInUser();
  if (user && user.session !== "expired" && phone.cookie) return;
  await acts.signIn(phone.life, { username: phone.username, password: phone.password });
}

/** @param {any} phone */
async function session(phone) {
  phone.isHurt = false;
  const { life, random } = phone;
  let isDead = false;
  if (random() < 0.06) {
    setTimeout(() => {
      if (phone.life !== life || rig.isOver) return;
      isDead = true;
      phone.kill();
    }, random() * 80);
  }
  const work = acts.sync(life).then(
    () => "ended",
    () => "refused",
  );
  const killed = (async () => {
    while (!life.isDead) await sleep(20);
  })();
  await Promise.race([work, killed]);
  tell({ t: "session", phone: phone.name, hurt: phone.isHurt || isDead });
}

/** @param {any} phone */
async function liveOn(phone) {
  while (!rig.isOver) {
    try {
      await enter(phone);
      for (let count = phone.random() * 3; count > 0 && phone.life; count -= 1) await write(phone);
      if (phone.life) await session(phone);
    } catch (error) {
      const { code = "", message = "" } = /** @type {any} */ (error);
      if (
        !["no-visit", "no-network", "locked", "internal", "too-many-tries", "storage-full"].includes(code) &&
        phone.life
      )
        tell({ t: "trouble", phone: phone.name, code, message: String(message) });
    }
    do await sleep(5 + phone.random() * 60);
    while (rig.isDown && !rig.isOver);
  }
}

/** @param {any} phone @param {string} user */
function lookAt(phone, user) {
  const rows = (/** @type {string} */ store) =>
    phone.disk.look(`inspect-work-${user}`, store).map((/** @type {any} */ { value }) => value);
  return { ops: rows("ops"), outbox: rows("outbox"), photos: rows("photos"), confirmed: rows("confirmed") };
}

/** @param {any} phone @param {string} user */
async function comeToRest(phone, user) {
  for (let round = 1; ; round += 1) {
    await enter(phone);
    const state = await acts.sync(phone.life);
    const { outbox, photos } = lookAt(phone, user);
    const left = photos.filter((/** @type {any} */ { complete }) => !complete);
    if (outbox.length === 0 && left.length === 0) return round;
    if (round === 10) {
      tell({ t: "restless", phone: phone.name, state, outbox: outbox.length, photos: left });
      return 11;
    }
    await sleep(100 * round);
  }
}

/** @type {Map<string, any>} */
const phones = new Map();
/** @type {Promise<unknown>[]} */
const lives = [];

const orders = createInterface({ input: process.stdin });
process.on("unhandledRejection", () => {}); // pages that were killed

for await (const line of orders) {
  const order = JSON.parse(line);
  if (order.do === "live") {
    for (const given of order.phones) {
      const world = /** @type {any} */ ({ clock, seed: given.seed, tell, nextRequest: () => 0 });
      const phone = new WirePhone(world, given.name, { mutant: "", packs: true, keys: "good" }).configure(given);
      phone.skew = given.skew;
      phones.set(given.name, phone);
      lives.push(liveOn(phone));
    }
  } else if (order.do === "down") rig.isDown = true;
  else if (order.do === "up") rig.isDown = false;
  else if (order.do === "rest") {
    rig.isOver = true;
    await Promise.all(lives);
    const rounds = [];
    for (const phone of phones.values()) rounds.push(await comeToRest(phone, order.users[phone.name]));
    for (const phone of phones.values()) await acts.sync(phone.life);
    for (const [name, phone] of phones) tell({ t: "look", phone: name, ...lookAt(phone, order.users[name]) });
    tell({ t: "rest", rounds: Math.max(...rounds) });
    process.stdout.write("", () => process.exit());
    break;
  }
}

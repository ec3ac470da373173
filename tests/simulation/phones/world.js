// A world of phones: one clock, one seed, and what happened since the last time somebody asked.

import { acts } from "./acts.js";
import { Clock } from "./clock.js";
import { Phone } from "./phone.js";
import { settle, stopAfter } from "./tasks.js";

export class World {
  clock = new Clock();
  /** @type {Map<string, Phone>} */
  phones = new Map();
  /** @type {Record<string, unknown>[]} */
  #told = [];
  #requests = 0;

  /** @param {string} seed @param {number} now ms */
  constructor(seed, now) {
    this.seed = seed;
    this.clock.now = now;
  }

  nextRequest() {
    this.#requests += 1;
    return this.#requests;
  }

  /** @param {Record<string, unknown>} event */
  tell(event) {
    this.#told.push(event);
  }

  /** Nothing of this world goes on in the next one. */
  async end() {
    for (const phone of this.phones.values()) phone.kill();
    await settle();
  }

  /** What happened since the last time. */
  news() {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  /** @param {any} order one command; see the cases */
  async take(order) {
    const phone = /** @type {Phone} */ (this.phones.get(order.phone));
    switch (order.do) {
      case "buy":
        this.phones.set(order.phone, new Phone(this, order.phone, order));
        return;
      case "open":
        this.#call(order, phone.open(), phone.life);
        break;
      case "second":
        this.#call(order, phone.openSecond(), phone.second);
        break;
      case "act":
        this.#act(order, phone);
        if (order.goesOn) return; // the next order comes before this one is done
        break;
      case "answer":
        phone.answer(order.id, order.answer);
        break;
      case "kill":
        if (order.after > 0) stopAfter(order.after, () => phone.kill());
        else phone.kill();
        return;
      case "skew":
        phone.skew = order.skew;
        return;
      case "room":
        phone.disk.room = order.room ?? Infinity;
        return;
      case "time":
        do await settle();
        while ((order.deaf || !this.#isAsking()) && this.clock.step(order.now));
        this.tell({ t: "time", now: this.clock.now });
        return;
      case "look":
        this.tell({ t: "look", phone: phone.name, found: look(phone, order.database) });
        return;
      default:
        throw new Error(`no such order: ${order.do}`);
    }
    await settle();
  }

  /** Whether somebody must answer first, before time may go on. */
  #isAsking() {
    return [...this.phones.values()].some((phone) => phone.isAsking());
  }

  /** @param {any} order @param {Phone} phone */
  #act(order, phone) {
    const life = order.tab === 2 ? phone.second : phone.life;
    const act = /** @type {Record<string, any>} */ (acts)[order.act];
    if (!act) throw new Error(`no such act: ${order.act}`);
    if (life) this.#call(order, act(life, order.given), life);
  }

  /** @param {any} order @param {Promise<unknown>} work @param {import("./life.js").Life | null} life */
  #call({ call, phone }, work, life) {
    work.then(
      (value) => {
        if (life && !life.isDead) this.tell({ t: "done", phone, call, value });
      },
      (error) => {
        if (!life || life.isDead) return;
        const { code = "", facts = {}, message, stack } = error;
        this.tell({
          t: "failed",
          phone,
          call,
          code,
          facts,
          message: String(message),
          stack: code ? "" : String(stack),
        });
      },
    );
  }
}

/** @param {Phone} phone @param {string} database */
function look({ disk }, database) {
  const rows = (/** @type {string} */ store) => disk.look(database, store).map(({ value }) => value);
  return {
    ops: rows("ops"),
    outbox: rows("outbox"),
    photos: rows("photos"),
    confirmed: rows("confirmed"),
    visits: rows("visits").map(({ id, gone, document }) => ({ id, gone, state: document.state })),
    bytes: disk.look(database, "bytes").map(({ key }) => key),
    decisions: rows("decisions"),
    meta: Object.fromEntries(disk.look(database, "meta").map(({ key, value }) => [key, value])),
  };
}

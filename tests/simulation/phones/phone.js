// One phone: what stays of it through all its lives, its requests that wait for an answer, and what a person does with it.

import { bytesOf } from "./bytes.js";
import { Locks, Response } from "./globals.js";
import { Life } from "./life.js";
import { Disk } from "./storage.js";

/** @typedef {{ resolve: (response: any) => void, reject: (reason: unknown) => void, end: () => void }} Waiting */

export class Phone {
  disk = new Disk();
  /** How far this phone's clock is off, ms. */
  skew = 0;
  lives = 0;
  /** @type {Life | null} the tab a person works in */
  life = null;
  /** @type {Life | null} another one that stayed open */
  second = null;
  /** What the tabs have in common besides the disk. @type {{ locks: Locks, listeners: Set<{ life: Life, hear: (data: unknown) => void }> }} */
  browser = { locks: new Locks(), listeners: new Set() };
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();

  /**
   * @param {import("./world.js").World} world
   * @param {string} name
   * @param {{ mutant: string, packs: boolean, keys: "none" | "good" | "wrong" | "unknown" }} kind
   */
  constructor(world, name, { mutant, packs, keys }) {
    this.world = world;
    this.name = name;
    this.mutant = mutant;
    this.packs = packs;
    this.keys = keys;
  }

  /** The page opens. */
  open() {
    this.life = this.#begin();
    return opened(this.life);
  }

  /** The same page in another tab of the same browser. */
  openSecond() {
    this.second = this.#begin();
    return opened(this.second);
  }

  #begin() {
    this.lives += 1;
    return new Life(this);
  }

  /** The browser is gone from one moment to the next, with all its tabs. */
  kill() {
    const tabs = [this.life, this.second].filter((each) => each !== null);
    if (tabs.length === 0) return;
    for (const tab of tabs) tab.isDead = true;
    this.life = null;
    this.second = null;
    this.browser = { locks: new Locks(), listeners: new Set() };
    this.#waiting.clear();
    this.disk.cut(tabs.map(({ factory }) => factory));
    this.world.tell({ t: "died", phone: this.name });
  }

  isAsking() {
    return this.#waiting.size > 0;
  }

  /**
   * @param {Life} life
   * @param {string} address
   * @param {any} init
   */
  fetch(life, address, { method = "GET", headers = {}, body, signal } = {}) {
    if (life.isDead) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      const id = this.world.nextRequest();
      this.#waiting.set(id, { resolve, reject, end: () => signal?.end() });
      signal?.onAbort((/** @type {unknown} */ reason) => {
        if (!this.#waiting.delete(id)) return;
        this.world.tell({ t: "gone", phone: this.name, id });
        reject(reason);
      });
      const sent = body === undefined ? "" : bytesOf(body).toString("base64");
      this.world.tell({ t: "fetch", phone: this.name, id, method, path: address, headers: { ...headers }, body: sent });
    });
  }

  /**
   * @param {number} id
   * @param {{ status: number, headers: Record<string, string>, body: string } | null} answer null: the link broke
   */
  answer(id, answer) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.end();
    if (!answer) return waiting.reject(new TypeError("network"));
    const { status, headers } = answer;
    waiting.resolve(new Response(Buffer.from(answer.body, "base64"), { status, headers }));
  }
}

/** @param {Life} life */
async function opened(life) {
  const session = await life.load("sync/session.js");
  const { screen } = await session.openApp();
  return { screen };
}

// What a page finds around it: the globals that the phone's data layer asks for, each going by the world's time and chance.

import { gzipSync } from "node:zlib";

import { Blob, bytesOf } from "./bytes.js";
import { chance } from "./clock.js";
import { subtleOf } from "./keys.js";
import { CLASSES } from "./storage.js";

const nothing = () => {};

class CompressionStream {
  /** @param {Buffer} bytes */
  pack(bytes) {
    return gzipSync(bytes, { level: 6 });
  }
}

/** What `fetch` gives, and what wraps a stream; as much of it as the app uses. */
export class Response {
  /**
   * @param {any} body
   * @param {{ status?: number, headers?: Record<string, string> }} [more]
   */
  constructor(body, { status = 200, headers = {} } = {}) {
    this.bytes = bytesOf(body?.bytes ?? body ?? Buffer.alloc(0));
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = new Headers(headers);
    this.body = { cancel: async () => {} };
  }
  async json() {
    return JSON.parse(Buffer.from(this.bytes).toString());
  }
  async text() {
    return Buffer.from(this.bytes).toString();
  }
  async arrayBuffer() {
    return Uint8Array.from(this.bytes).buffer;
  }
}

/** Web Locks of one browser, as far as the app uses them: they end with it. */
export class Locks {
  /** @type {Map<string, Promise<unknown>>} */
  #held = new Map();
  /**
   * @param {string} name
   * @param {any} options
   * @param {((lock: object | null) => Promise<unknown>) | undefined} [work]
   */
  async request(name, options, work = options) {
    const before = this.#held.get(name);
    if (before && options.ifAvailable) return /** @type {any} */ (work)(null);
    const turn = (before ?? Promise.resolve()).catch(nothing).then(() => /** @type {any} */ (work)({ name }));
    this.#held.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#held.get(name) === turn) this.#held.delete(name);
    }
  }
}

/**
 * @param {import("./life.js").Life} life
 * @returns {Record<string, unknown>}
 */
export function globalsOf(life) {
  const { phone } = life;
  const { world, disk } = phone;
  const random = chance(`${world.seed}/${phone.name}/${phone.lives}`);
  const started = world.clock.now;
  const alive = (/** @type {() => void} */ work) => () => {
    if (!life.isDead) work();
  };
  return {
    ...CLASSES,
    indexedDB: life.factory,
    __now: () => world.clock.now + phone.skew,
    __random: random,
    performance: { now: () => world.clock.now - started },
    setTimeout: (/** @type {() => void} */ work, /** @type {number} */ wait) => world.clock.set(alive(work), wait),
    clearTimeout: (/** @type {number} */ timer) => world.clock.clear(timer),
    fetch: (/** @type {string} */ address, /** @type {RequestInit} */ init) => phone.fetch(life, address, init),
    crypto: cryptoOf(random, phone),
    navigator: {
      locks: phone.browser.locks,
      userAgent: "Mozilla/5.0 (Linux; Android 14; SM-A145F) Chrome/138.0",
      maxTouchPoints: 5,
      onLine: true,
      serviceWorker: undefined,
    },
    localStorage: {
      getItem: (/** @type {string} */ key) => disk.slots.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) =>
        void (life.isDead || disk.slots.set(key, value)),
      removeItem: (/** @type {string} */ key) => void (life.isDead || disk.slots.delete(key)),
    },
    reportError: (/** @type {unknown} */ error) => {
      if (!life.isDead)
        world.tell({
          t: "trouble",
          phone: phone.name,
          message: String(error),
          stack: String(/** @type {any} */ (error)?.stack),
        });
    },
    AbortSignal: { timeout: (/** @type {number} */ wait) => signalAfter(world.clock, wait) },
    BroadcastChannel: channelsOf(life),
    Blob,
    Response,
    Headers,
    CompressionStream: phone.packs ? CompressionStream : undefined,
    location: { href: "https://phone.test/field/", origin: "https://phone.test", hostname: "phone.test" },
    document: { readyState: "loading", visibilityState: "visible", addEventListener: nothing },
    isSecureContext: true,
    addEventListener: nothing,
    removeEventListener: nothing,
    matchMedia: () => ({ matches: true, addEventListener: nothing }),
    console,
    structuredClone,
    queueMicrotask,
    DOMException,
    TextEncoder,
    TextDecoder,
    URL,
    URLSearchParams,
    atob,
    btoa,
  };
}

/** What one tab says, the others of the same browser hear a moment later. @param {import("./life.js").Life} life */
function channelsOf(life) {
  const { listeners } = life.phone.browser;
  return class {
    onmessage = (/** @type {{ data: unknown }} */ _) => {};
    constructor() {
      listeners.add({ life, hear: (/** @type {unknown} */ data) => this.onmessage({ data }) });
    }
    postMessage(/** @type {unknown} */ data) {
      for (const each of listeners) {
        if (each.life === life) continue;
        setImmediate(() => {
          if (!each.life.isDead) each.hear(structuredClone(data));
        });
      }
    }
    close() {}
  };
}

/** @param {() => number} random @param {import("./phone.js").Phone} phone */
function cryptoOf(random, { keys }) {
  const getRandomValues = (/** @type {Uint8Array} */ into) => {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    // Of the ballast only the weight counts.
    const most = Math.min(bytes.length, 64);
    for (let at = 0; at < most; at += 1) bytes[at] = Math.floor(random() * 256);
    return into;
  };
  return { getRandomValues, subtle: subtleOf(keys, getRandomValues) };
}

/**
 * @param {import("./clock.js").Clock} clock
 * @param {number} wait
 */
function signalAfter(clock, wait) {
  /** @type {Set<(reason: unknown) => void>} */
  const told = new Set();
  const timer = clock.set(() => {
    const reason = new DOMException("no answer in time", "TimeoutError");
    for (const listener of told) listener(reason);
  }, wait);
  return {
    onAbort: (/** @type {(reason: unknown) => void} */ listener) => told.add(listener),
    end: () => clock.clear(timer),
  };
}

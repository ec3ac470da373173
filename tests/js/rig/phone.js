// A phone without a browser: IndexedDB in memory and the few globals that the phone's data layer asks for.
import "fake-indexeddb/auto";

/** @type {Map<string, Promise<unknown>>} */
const held = new Map();

/** Web Locks, as far as we use them. */
const locks = {
  /**
   * @param {string} name
   * @param {any} options
   * @param {((lock: object | null) => Promise<unknown>) | undefined} [work]
   */
  async request(name, options, work = options) {
    const before = held.get(name);
    if (before && options.ifAvailable) return /** @type {any} */ (work)(null);
    const turn = (before ?? Promise.resolve()).catch(() => {}).then(() => /** @type {any} */ (work)({ name }));
    held.set(name, turn);
    try {
      return await turn;
    } finally {
      if (held.get(name) === turn) held.delete(name);
    }
  },
};

/** @type {Map<string, string>} */
const kept = new Map();

/** What tests may turn. */
export const phone = { online: true };

const nothing = () => {};
const globals = {
  navigator: {
    locks,
    userAgent: "Node",
    maxTouchPoints: 0,
    get onLine() {
      return phone.online;
    },
  },
  location: { href: "https://phone.test/field/", origin: "https://phone.test" },
  document: { readyState: "loading", visibilityState: "visible", addEventListener: nothing },
  isSecureContext: true,
  addEventListener: nothing,
  matchMedia: () => ({ matches: true }),
  localStorage: {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  },
  reportError(/** @type {unknown} */ error) {
    throw error;
  },
};
for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

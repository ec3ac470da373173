// One life of a phone's page: the app's own modules in a world of their own, from the start of the page to its end.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";

import { globalsOf } from "./globals.js";
import { infected, MUTANTS } from "./mutants.js";

const TOP = fileURLToPath(new URL("../../../static/js/", import.meta.url));
/** @type {Map<string, { source: string, cached: Buffer | undefined }>} */
const known = new Map();

/** @param {string} file @param {string} mutant */
function sourceOf(file, mutant) {
  const key = `${mutant}\n${file}`;
  const found = known.get(key) ?? {
    source: infected(path.relative(TOP, file), readFileSync(file, "utf8"), mutant),
    cached: undefined,
  };
  known.set(key, found);
  return found;
}

export class Life {
  isDead = false;
  /** @type {Map<string, vm.SourceTextModule>} */
  #modules = new Map();
  #turn = Promise.resolve();

  /**
   * @param {import("./phone.js").Phone} phone
   */
  constructor(phone) {
    this.phone = phone;
    this.factory = phone.disk.factory();
    const mutant = MUTANTS[phone.mutant];
    const get = (/** @type {string} */ name) => this.#modules.get(path.resolve(TOP, name))?.namespace;
    this.context = vm.createContext({
      ...globalsOf(this),
      __mutant: (/** @type {(...given: any[]) => any} */ real, /** @type {any[]} */ given) =>
        mutant?.[2](real, get)(...given),
    });
    vm.runInContext(
      `globalThis.self = globalThis;
       globalThis.Date = class extends Date {
         constructor(...given) { if (given.length === 0) super(__now()); else super(...given); }
         static now() { return __now(); }
       };
       Math.random = __random;`,
      this.context,
    );
  }

  /**
   * @param {string} name a module below static/js
   * @returns {Promise<any>} what it exports
   */
  async load(name) {
    const module = this.#make(path.resolve(TOP, name));
    await this.#ready(module);
    return module.namespace;
  }

  /** @param {string} file */
  #make(file) {
    const before = this.#modules.get(file);
    if (before) return before;
    const text = sourceOf(file, this.phone.mutant);
    const module = new vm.SourceTextModule(text.source, {
      context: this.context,
      identifier: pathToFileURL(file).href,
      cachedData: text.cached,
      initializeImportMeta: (meta) => {
        meta.url = `https://phone.test/assets/simulated/js/${path.relative(TOP, file)}`;
      },
      importModuleDynamically: /** @type {any} */ (
        async (/** @type {string} */ name) => {
          const wanted = this.#make(path.resolve(path.dirname(file), name));
          await this.#ready(wanted);
          return wanted;
        }
      ),
    });
    // Code from the cache has forgotten how to import later.
    if (!/\bimport\(/.test(text.source)) text.cached ??= /** @type {any} */ (module).createCachedData();
    this.#modules.set(file, module);
    return module;
  }

  /**
   * One after the other: two who want the same module at once must not link it twice.
   * @param {vm.SourceTextModule} module
   * @returns {Promise<void>}
   */
  #ready(module) {
    this.#turn = this.#turn.then(() => this.#prepare(module));
    return this.#turn;
  }

  /** @param {vm.SourceTextModule} module */
  async #prepare(module) {
    if (module.status === "unlinked") {
      await module.link((name, { identifier }) =>
        this.#make(path.resolve(path.dirname(fileURLToPath(identifier)), name)),
      );
    }
    if (module.status === "linked") await module.evaluate();
  }
}

/** @param {BufferSource} bytes @returns {Uint8Array} */
export function viewOf(bytes) {
  const { buffer, byteOffset, byteLength } = /** @type {Uint8Array} */ (bytes);
  return buffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(/** @type {ArrayBuffer} */ (bytes));
}

/** @param {Uint8Array} bytes */
export function sha256Of(bytes) {
  return createHash("sha256").update(bytes).digest();
}

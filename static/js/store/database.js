// One IndexedDB database that is written with strict durability, opens itself again when the browser lost the
// connection, and gives up its ballast before it refuses a write.

import { openDB, unwrap } from "../../vendor/idb/index.js";
import { Trouble } from "../core/trouble.js";

/** @typedef {import("../../vendor/idb/index.js").IDBPDatabase<any>} Connection */
/** @typedef {import("../../vendor/idb/index.js").IDBPTransaction<any, string[], "readonly">} Reading */
/** @typedef {import("../../vendor/idb/index.js").IDBPTransaction<any, string[], "readwrite">} Writing */

/** Told that writing failed or works again; set by who can show it. */
/** @type {(level: "low" | "failing", error: unknown) => void} */
let onTrouble = () => {};

/** Frees some room; true when there was any. Set by the ballast. */
/** @type {() => Promise<boolean>} */
let makeRoom = async () => false;

/** @param {{ trouble?: typeof onTrouble, room?: typeof makeRoom }} hooks */
export function onStorageTrouble({ trouble, room }) {
  onTrouble = trouble ?? onTrouble;
  makeRoom = room ?? makeRoom;
}

const PATIENCE = 10_000;

export class Database {
  /** @type {Promise<Connection> | null} */
  #open = null;
  /** The connection itself once it is there: a tap's transaction begins without waiting. @type {Connection | null} */
  #ready = null;

  /**
   * @param {string} name
   * @param {number} version
   * @param {(db: Connection, from: number) => void} upgrade additive only: what is stored is never rewritten
   */
  constructor(name, version, upgrade) {
    this.name = name;
    this.version = version;
    this.upgrade = upgrade;
  }

  /** @returns {Promise<Connection>} */
  connection() {
    this.#open ??= this.#begin();
    return this.#open;
  }

  /** @returns {Promise<Connection>} */
  async #begin() {
    try {
      const db = await openDB(this.name, this.version, {
        upgrade: (made, from) => this.upgrade(made, from),
        // Another tab holds a newer version: let it go on, this one opens again at the next use.
        blocking: () => this.close(),
        terminated: () => this.#forget(),
      });
      // Closed before it was open: it serves who waited for it, and the next one begins anew.
      if (this.#open) this.#ready = db;
      return db;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget() {
    this.#open = null;
    this.#ready = null;
  }

  close() {
    const open = this.#open;
    this.#forget();
    open?.then(
      (db) => db.close(),
      () => {}, // it never opened; who asked for it was told
    );
  }

  /**
   * @template T
   * @param {string[]} stores
   * @param {(tx: Reading) => Promise<T>} work may await nothing but requests of this transaction
   * @returns {Promise<T>}
   */
  read(stores, work) {
    return this.#again(async () => {
      const tx = (this.#ready ?? (await this.connection())).transaction(stores, "readonly");
      const result = await work(tx);
      await tx.done;
      return result;
    });
  }

  /**
   * Resolves once the data is flushed. All or nothing.
   * @template T
   * @param {string[]} stores
   * @param {(tx: Writing) => Promise<T>} work may await nothing but requests of this transaction
   * @param {{ large?: boolean }} [kind] large: photos may not eat the ballast, it is there for answers and signatures
   * @returns {Promise<T>}
   * @throws {Trouble} "storage-failing" when the phone has no room even without the ballast; "no-room-for-photos"
   */
  write(stores, work, { large = false } = {}) {
    return this.#withRoom(() => this.#inTime(this.#again(() => this.#writeOnce(stores, work))), large);
  }

  /**
   * The same for requests that need no answers: where the connection is there they are made before this returns, and
   * nothing is heard of them but the end. On a slow phone each answer would wait behind what the page paints.
   * @param {string[]} stores
   * @param {(tx: IDBTransaction) => void} work makes its requests at once
   * @returns {Promise<void>}
   * @throws {Trouble} as write()
   */
  writeAtOnce(stores, work) {
    return this.#withRoom(() => this.#inTime(this.#again(() => this.#atOnce(stores, work))), false);
  }

  /**
   * @param {string[]} stores
   * @param {(tx: IDBTransaction) => void} work
   * @returns {Promise<void>}
   */
  async #atOnce(stores, work) {
    const db = this.#ready ?? (await this.connection());
    const tx = unwrap(db).transaction(stores, "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      tx.oncomplete = () => resolve(undefined);
      tx.onabort = () => reject(tx.error ?? new DOMException("the transaction was given up", "AbortError"));
    });
    try {
      work(tx);
      tx.commit();
    } catch (error) {
      done.catch(() => {}); // what threw says more
      tx.abort();
      throw error;
    }
    await done;
  }

  /**
   * @template T
   * @param {() => Promise<T>} once
   * @param {boolean} large
   * @returns {Promise<T>}
   */
  async #withRoom(once, large) {
    try {
      return await once();
    } catch (error) {
      if (!isStorage(error)) throw error;
      if (large) throw noRoomForPhotos(error);
      // A disk filled from outside may have no room left even for giving up the ballast.
      if (!(await this.#inTime(makeRoom()).catch(() => false))) throw this.#failing(error);
      onTrouble("low", error);
      return once().catch((again) => {
        throw isStorage(again) ? this.#failing(again) : again;
      });
    }
  }

  /**
   * @template T
   * @param {string[]} stores
   * @param {(tx: Writing) => Promise<T>} work
   */
  async #writeOnce(stores, work) {
    const db = this.#ready ?? (await this.connection());
    const tx = db.transaction(stores, "readwrite", { durability: "strict" });
    // Looked at below; without this a failing transaction would also be reported as nobody's.
    tx.done.catch(() => {});
    try {
      const result = await work(tx);
      await tx.done;
      return result;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It is over already, by itself.
      }
      await tx.done.catch(() => {});
      // A request that failed says less than the transaction that failed with it (AbortError hides the quota).
      throw named(error, "AbortError") && tx.error ? tx.error : error;
    }
  }

  /**
   * Safari closes the connection behind our back when the app was in the background; once more with a new one.
   * @template T
   * @param {() => Promise<T>} work
   */
  async #again(work) {
    try {
      return await work();
    } catch (error) {
      if (!isLost(error)) throw error;
      this.close();
      return work();
    }
  }

  /**
   * On a full disk Chromium may leave a transaction without any answer. Nobody waits for it for ever: it counts as
   * failed, and the next one begins with a new connection.
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTime(work) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        this.close();
        reject(new DOMException("the database does not answer", "TimeoutError"));
      }, PATIENCE);
    });
    return /** @type {Promise<T>} */ (Promise.race([work, late])).finally(() => clearTimeout(timer));
  }

  /** @param {unknown} error */
  #failing(error) {
    onTrouble("failing", error);
    return new Trouble(
      "storage-failing",
      "Máy không còn chỗ để lưu. Phần đã lưu vẫn an toàn; hãy xuất dữ liệu chưa gửi rồi xóa bớt ảnh, video khác trên máy.",
      { cause: String(error) },
    );
  }
}

/** @param {unknown} error */
function noRoomForPhotos(error) {
  onTrouble("low", error);
  return new Trouble(
    "no-room-for-photos",
    "Máy không còn chỗ cho ảnh. Câu trả lời và chữ ký vẫn ghi được; hãy gửi dữ liệu rồi xóa bớt ảnh, video khác trên máy.",
    { cause: String(error) },
  );
}

/** @param {unknown} error */
function isLost(error) {
  if (!(error instanceof DOMException)) return false;
  return error.name === "InvalidStateError" || /connection.*(lost|clos)|database server/i.test(error.message);
}

/** Our own mistakes, which more room would not mend. */
const OURS = new Set(["ConstraintError", "DataCloneError", "InvalidAccessError", "NotFoundError", "ReadOnlyError"]);

/** @param {unknown} error */
function isStorage(error) {
  return error instanceof DOMException && !OURS.has(error.name);
}

/**
 * @param {unknown} error
 * @param {string} name
 */
function named(error, name) {
  return error instanceof DOMException && error.name === name;
}

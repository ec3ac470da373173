// What survives the death of a phone's page: its databases as the last finished transaction left them, and localStorage.

import {
  IDBCursor,
  IDBCursorWithValue,
  IDBDatabase,
  IDBFactory,
  IDBIndex,
  IDBKeyRange,
  IDBObjectStore,
  IDBOpenDBRequest,
  IDBRequest,
  IDBTransaction,
  IDBVersionChangeEvent,
} from "fake-indexeddb";

/** The interfaces of IndexedDB, as a page finds them. */
export const CLASSES = {
  IDBCursor,
  IDBCursorWithValue,
  IDBDatabase,
  IDBFactory,
  IDBIndex,
  IDBKeyRange,
  IDBObjectStore,
  IDBOpenDBRequest,
  IDBRequest,
  IDBTransaction,
  IDBVersionChangeEvent,
};

/** Databases by what they are kept in, so that a write finds whose disk it fills. @type {WeakMap<object, Disk>} */
const owners = new WeakMap();

export class Disk {
  /** @type {Map<string, any>} */
  databases = new Map();
  /** @type {Map<string, string>} */
  slots = new Map();
  /** Bytes that still fit. */
  room = Infinity;

  /** A factory for one life of the page. */
  factory() {
    const made = /** @type {any} */ (new IDBFactory());
    made._databases = new Doorway(this);
    return made;
  }

  /**
   * The browser dies: what was not finished never happened, and nothing a dead page still does reaches this disk.
   * @param {any[]} factories those its pages had
   */
  cut(factories) {
    for (const each of factories) each._databases.shut();
    for (const [name, dead] of [...this.databases]) {
      for (const transaction of [...dead.transactions]) {
        if (transaction._state !== "finished") transaction._abort("AbortError");
      }
      this.databases.delete(name);
      // An upgrade that was cut off leaves a database without a version: the next open begins it anew.
      if (dead.version === 0) continue;
      const fresh = new dead.constructor(name, dead.version);
      fresh.rawObjectStores = dead.rawObjectStores;
      for (const each of fresh.rawObjectStores.values()) each.rawDatabase = fresh;
      dead.rawObjectStores = new Map();
      this.keep(name, fresh);
    }
  }

  /**
   * @param {string} name
   * @param {any} database
   */
  keep(name, database) {
    owners.set(database, this);
    this.databases.set(name, database);
  }

  /**
   * What lies in a store, read past everything the phone's own code does.
   * @param {string} name of the database
   * @param {string} store
   * @returns {{ key: any, value: any }[]}
   */
  look(name, store) {
    const found = this.databases.get(name)?.rawObjectStores.get(store);
    return found ? [...found.records.values()].map((/** @type {any} */ { key, value }) => ({ key, value })) : [];
  }
}

/** A page's way to the databases of its disk; behind a shut one there is nothing. */
class Doorway {
  /** @param {Disk} disk */
  constructor(disk) {
    /** @type {Disk} */
    this.disk = disk;
  }
  shut() {
    this.disk = new Disk();
  }
  /** @param {string} name */
  get(name) {
    return this.disk.databases.get(name);
  }
  /** @param {string} name @param {any} database */
  set(name, database) {
    this.disk.keep(name, database);
  }
  /** @param {string} name */
  delete(name) {
    return this.disk.databases.delete(name);
  }
  values() {
    return this.disk.databases.values();
  }
  [Symbol.iterator]() {
    return this.disk.databases[Symbol.iterator]();
  }
}

const MEGABYTE = 1_000_000;
const store = /** @type {any} */ (IDBObjectStore.prototype);

for (const name of ["put", "add"]) {
  const real = store[name];
  store[name] = function (/** @type {any} */ value, /** @type {any[]} */ ...key) {
    const disk = owners.get(this._rawObjectStore.rawDatabase);
    const request = real.call(this, value, ...key);
    if (!disk || disk.room === Infinity) return request;
    const entry = this.transaction._requests.at(-1);
    const write = entry.operation;
    entry.operation = () => {
      const size = weight(value);
      if (size > disk.room) throw new DOMException("the disk is full", "QuotaExceededError");
      disk.room -= size;
      return write();
    };
    return request;
  };
}

const clear = store.clear;
store.clear = function () {
  const disk = owners.get(this._rawObjectStore.rawDatabase);
  if (disk && this.name === "ballast") disk.room += MEGABYTE * [...this._rawObjectStore.records.values()].length;
  return clear.call(this);
};

/** @param {any} value */
function weight(value) {
  if (value instanceof ArrayBuffer || typeof value?.byteLength === "number") return value.byteLength;
  return (JSON.stringify(value) ?? "").length;
}

// What a set of operations says: the same answer in whatever order they came, and however often (SYNC: multi-value
// registers). The server's inspect_app/domain/operations.py folds alike; tests/vectors/fold/ holds the two together.

import { canonical } from "./canonical.js";

/**
 * @typedef {import("../types.d.ts").Agreement} Agreement
 * @typedef {import("../types.d.ts").Entry} Entry
 * @typedef {import("../types.d.ts").Op} Op
 * @typedef {import("../types.d.ts").VisitState} VisitState
 */

const FINDING = ["kind", "responsible", "responsible_text", "deadline", "stop_demanded", "stop_proposed"];

/**
 * What a head of each kind carries: its own name and the operation's key.
 * @type {Record<string, [string, string][]>}
 */
const CONTENT = {
  open: same("checklists"),
  answer: [["value", "v"]],
  comment: same("text"),
  finding: same(...FINDING),
  photo: [["item", "i"], ...same("sha", "size", "mime", "w", "h", "src", "orig")],
  position: same("distance"),
  withdraw: same("ref", "reason"),
  opinion: same("text"),
  sign: same("name", "title", "strokes", "shown"),
  refuse: same("reason", "witness"),
  submit: same("manifest", "shown"),
};

/** @param {string[]} names @returns {[string, string][]} */
function same(...names) {
  return names.map((name) => [name, name]);
}

/** @returns {VisitState} */
export function emptyState() {
  return {
    answers: {},
    notes: {},
    findings: {},
    photos: {},
    withdrawn: {},
    positions: [],
    opinion: null,
    signatures: {},
    refusal: null,
    opened: [],
    submitted: [],
  };
}

/** @typedef {{ head: any, sup: string[] }} Written one operation in its place */

/** The state of one visit, kept up to date operation by operation: a tap must not fold a thousand of them anew. */
export class Fold {
  state = emptyState();
  /** @type {Map<string, { kind: string, place: string }>} */
  #seen = new Map();
  /** Everything ever written into one place (one kind, one item). @type {Map<string, Written[]>} */
  #places = new Map();
  /** Withdrawals by what they name, which may not have arrived. @type {Map<string, any>} */
  #withdrawals = new Map();

  /** @param {string} id */
  has(id) {
    return this.#seen.has(id);
  }

  /**
   * @param {Entry} entry
   * @returns {string[]} the items it touched ("" is the visit itself); empty when it was known already
   */
  apply(entry) {
    const { op } = entry;
    if (this.#seen.has(op.id) || !CONTENT[op.k]) return [];
    const place = text(op.k === "sign" ? op.role : op.i);
    this.#seen.set(op.id, { kind: op.k, place });
    switch (op.k) {
      case "withdraw":
        return this.#withdraw(headOf(entry));
      case "open":
        this.state.opened = [...this.state.opened, headOf(entry)].sort(byId);
        return [""];
      case "position":
        this.state.positions = [...this.state.positions, headOf(entry)].sort(byId);
        return [""];
      case "submit":
        this.state.submitted = [...this.state.submitted, headOf(entry)].sort(byId);
        return [""];
      default:
        return this.#write(entry, place);
    }
  }

  /**
   * @param {Entry} entry
   * @param {string} place the item, or the role of a signature
   */
  #write(entry, place) {
    const { op } = entry;
    const key = `${op.k}\n${place}`;
    const written = this.#places.get(key) ?? [];
    this.#places.set(key, written);
    const sup = op.k !== "photo" && Array.isArray(op.sup) ? op.sup : [];
    written.push({ head: headOf(entry), sup });
    this.#takeBack(op.id);
    return this.#show(op.k, place);
  }

  /** @param {any} head */
  #withdraw(head) {
    const earlier = this.#withdrawals.get(head.ref);
    if (!earlier || head.id < earlier.id) this.#withdrawals.set(head.ref, head);
    const what = this.#seen.get(head.ref);
    if (!what || !this.#takeBack(head.ref)) return [];
    return this.#show(what.kind, what.place);
  }

  /**
   * Only photos and notes can be withdrawn; an answer is taken back by the answer null.
   * @param {string} id
   */
  #takeBack(id) {
    const withdrawal = this.#withdrawals.get(id);
    const kind = this.#seen.get(id)?.kind;
    if (!withdrawal || (kind !== "photo" && kind !== "comment")) return false;
    this.state.withdrawn[id] = withdrawal;
    return true;
  }

  /**
   * @param {string} kind
   * @param {string} place
   */
  #show(kind, place) {
    const written = (this.#places.get(`${kind}\n${place}`) ?? []).filter(({ head }) => !this.state.withdrawn[head.id]);
    const heads = standing(written);
    const state = this.state;
    switch (kind) {
      case "answer":
        setOrDrop(state.answers, place, register(kind, answered(heads)));
        return [place];
      case "comment":
        setOrDrop(state.notes, place, notes(heads));
        return [place];
      case "finding":
        setOrDrop(state.findings, place, register(kind, heads));
        return [place];
      case "photo":
        setOrDrop(state.photos, place, heads.length > 0 ? heads : null);
        return [place];
      case "sign":
        setOrDrop(state.signatures, place, register(kind, heads));
        return [""];
      case "opinion":
        state.opinion = register(kind, heads);
        return [""];
      default:
        state.refusal = register(kind, heads);
        return [""];
    }
  }
}

/**
 * @param {Iterable<Entry>} entries
 * @returns {VisitState}
 */
export function fold(entries) {
  const folded = new Fold();
  for (const entry of entries) folded.apply(entry);
  return folded.state;
}

/**
 * The ids a new operation of this kind and place replaces: all that this phone sees there. Notes are apart: only
 * the author's own, because what somebody else noted is theirs.
 * @param {VisitState} state
 * @param {{ k: string, i?: unknown, role?: unknown }} draft
 * @param {string} me
 * @returns {string[] | undefined}
 */
export function replaces(state, draft, me) {
  const place = text(draft.k === "sign" ? draft.role : draft.i);
  switch (draft.k) {
    case "answer":
      return ids(state.answers[place]?.heads);
    case "comment":
      return ids(state.notes[place]?.heads.filter((head) => head.by === me));
    case "finding":
      return ids(state.findings[place]?.heads);
    case "sign":
      return ids(state.signatures[place]?.heads);
    case "opinion":
      return ids(state.opinion?.heads);
    case "refuse":
      return ids(state.refusal?.heads);
    default:
      return undefined;
  }
}

/**
 * Those that no other operation of their place replaces. Operations that name one another in a circle: nothing may
 * vanish by that, so all of them stay.
 * @param {Written[]} written
 * @returns {any[]}
 */
function standing(written) {
  const replaced = new Set(written.flatMap(({ head, sup }) => sup.filter((id) => id !== head.id)));
  const heads = written.map(({ head }) => head).sort(byId);
  const left = heads.filter(({ id }) => !replaced.has(id));
  return left.length > 0 ? left : heads;
}

/**
 * A withdrawn answer gives way to one that was not: nobody's value is lost to somebody's null.
 * @param {any[]} heads
 */
function answered(heads) {
  const given = heads.filter(({ value }) => value !== null);
  return given.length > 0 ? given : heads;
}

/**
 * An emptied note is a note taken back.
 * @param {any[]} heads
 */
function notes(heads) {
  const kept = heads.filter((head) => (head.text ?? "").trim() !== "");
  return kept.length > 0 ? { heads: kept } : null;
}

/**
 * @param {string} kind
 * @param {any[]} heads
 * @returns {{ state: Agreement, heads: any[] } | null}
 */
function register(kind, heads) {
  if (heads.length === 0) return null;
  if (heads.length === 1) return { state: "single", heads };
  const names = /** @type {[string, string][]} */ (CONTENT[kind]).map(([name]) => name);
  const said = new Set(heads.map((head) => canonical(names.map((name) => head[name]))));
  return { state: said.size === 1 ? "agreed" : "conflict", heads };
}

/**
 * @param {Entry} entry
 * @returns {any}
 */
function headOf({ op, by, byName, device }) {
  /** @type {Record<string, unknown>} */
  const head = { id: op.id, by, byName, device, t: op.t, gps: op.gps ?? null };
  for (const [name, key] of CONTENT[op.k] ?? []) head[name] = op[key] ?? null;
  // Told when the phone said it, never compared: two people who found the same may have searched apart.
  if (op.k === "finding" && (op.searched ?? null) !== null) head.searched = op.searched;
  return head;
}

/**
 * @template T
 * @param {Record<string, T>} where
 * @param {string} key
 * @param {T | null} value
 */
function setOrDrop(where, key, value) {
  if (value === null) delete where[key];
  else where[key] = value;
}

/** @param {{ id: string }[] | undefined} heads */
function ids(heads) {
  return (heads ?? []).map(({ id }) => id);
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}

/**
 * @param {{ id: string }} one
 * @param {{ id: string }} other
 */
function byId(one, other) {
  return one.id < other.id ? -1 : Number(one.id > other.id);
}

// The shapes that travel between the server, the phone's store and its screens. Each section has one owner.

// ---- Checklists (made by inspect_app/store/checklist_files.py; described in forms/README.md) ----------------

export type Verdict = "pass" | "fail" | "na" | "answered" | "unanswered";
export type ItemType = "pass-fail" | "number" | "count" | "date" | "choice" | "text";
export type Evidence = "photo" | "document" | "measurement" | "interview" | "video" | "sketch";
export type Confidence = "verified" | "secondary" | "title-only" | "memory";

/** "pass", "fail", "na", an option, a date, "none", a text, a number or a count; null: withdrawn. */
export type Answer = string | number | { [field: string]: number } | null;
export type Answers = { readonly [item: string]: unknown };

export interface Checklist {
  code: string;
  version: number;
  sha256: string;
  title: string;
  title_en: string;
  agencies: string[];
  sectors: string[];
  valid_from: string;
  sections: { id: string; title: string; title_en: string }[];
  items: ChecklistItem[];
}

export interface ChecklistItem {
  id: string;
  section: string;
  ask: string;
  ask_en: string;
  type: ItemType;
  severity: 1 | 2 | 3 | 4;
  remedy_days: number;
  evidence?: Evidence[];
  basis?: Basis[];
  phrases?: string[];
  penalties?: { code: string; decree: string; clause: string; conduct: string }[];
  advice?: string;
  responsible?: string;
  when?: Condition;
  /** number */
  unit?: string;
  range?: [number, number];
  min?: number;
  max?: number;
  limit_basis?: Basis;
  limit_note?: string;
  /** count */
  fields?: { id: string; label: string; label_en: string; unit?: string; within?: string; decimal?: boolean }[];
  fail?: FailRule[];
  /** date */
  older_than_days?: number;
  expires?: boolean;
  /** choice */
  options?: { id: string; label: string; label_en: string; verdict: "pass" | "fail" | "na" | "none" }[];
}

export interface Basis {
  label: string;
  at?: string;
  title: string;
  confidence: Confidence;
  note?: string;
  /** first day in force; first day no more in force, as far as they are known */
  from?: string;
  until?: string;
  /** what the provision says, in our words */
  gist?: string;
}

export interface FailRule {
  field: string;
  above?: number;
  below?: number;
  above_field?: string;
  below_field?: string;
}

export interface Condition {
  item?: string;
  is?: string[];
  verdict?: Verdict[];
  field?: string;
  above?: number;
  below?: number;
  all?: Condition[];
  any?: Condition[];
}

export interface Tally {
  answered: number;
  visible: number;
  failing: number;
}

export interface Progress extends Tally {
  sections: { [section: string]: Tally };
}

// ---- The phone's data (static/js/core, store, device, sync) -------------------------------------------------

/** latitude, longitude (6 decimals), accuracy in metres (0.1), moment of the fix in ms */
export type Gps = [number, number, number, number];

export interface Fix {
  lat: number;
  lon: number;
  accuracy: number;
  time: number;
}

export type Point = { lat: number; lon: number };
export type FindingKind = "advice" | "shortcoming" | "violation";
export type SignerRole = "leader" | "inspector" | "subject" | "witness";
export type PhotoSource = "camera" | "viewfinder" | "picker";

export interface PhotoFacts {
  sha: string;
  size: number;
  mime: string;
  w: number;
  h: number;
  src: PhotoSource;
  orig?: { sha: string; size: number };
}

/** With which wording the signed record was made, and the first 16 hex digits of the hash of each of its parts. */
export type RecordMarks = { edition: number; parts: string[] };

export interface DeviceManifest {
  device: string;
  n: number;
  head: string;
}

/** An operation as a screen writes it: the identity, the clock and `sup` are given when it is stored. */
export type Draft = { gps?: Gps } & (
  | { k: "open"; checklists: { code: string; version: number; sha: string }[] }
  | { k: "answer"; i: string; v: Answer }
  | { k: "comment"; i: string; text: string }
  | {
      k: "finding";
      i: string;
      searched?: Searched;
      kind: FindingKind;
      responsible: string | null;
      responsible_text: string;
      deadline: string | null;
      stop_demanded: boolean;
      stop_proposed: boolean;
    }
  | ({ k: "photo"; i: string } & PhotoFacts)
  | { k: "position"; gps: Gps; distance: number | null }
  | { k: "withdraw"; ref: string; reason: string }
  | { k: "opinion"; text: string }
  | ({ k: "sign"; role: SignerRole; name: string; title: string; strokes: number[][]; shown: string } & RecordMarks)
  | { k: "refuse"; reason: string; witness: { name: string; title: string } | null }
  | {
      k: "submit";
      manifest: { devices: DeviceManifest[]; photos: string[]; answers: number };
      shown: string;
      seal?: { key: string; sig: string };
    }
);

/** An operation: an immutable, numbered fact. Keys this version does not know are kept. */
export interface Op {
  id: string;
  n: number;
  t: number;
  m: number;
  k: string;
  gps?: Gps;
  sup?: string[];
  [key: string]: unknown;
}

/** An operation with what stands beside it: whose it is and from which device. */
export interface Entry {
  op: Op;
  by: string;
  byName: string;
  device: string;
  seq?: number;
  received?: number;
}

export interface Head {
  id: string;
  by: string;
  byName: string;
  device: string;
  t: number;
  gps: Gps | null;
}

export type AnswerHead = Head & { value: Answer };
export type NoteHead = Head & { text: string };
/** What was looked up before a finding was written: when, how many earlier ones met it, in which list. */
export type Searched = { at: number; matches: number; source_seq: number };

/** An earlier finding as the visit takes it along; what it is to a new one is judged by core/repeats.js. */
export interface EarlierFinding {
  id: string;
  code: string;
  item: string;
  conduct: string[];
  found_on: string;
  agency: string;
  site: string;
  here: boolean;
  organisation: string;
  organisation_name: string;
  state: string;
  decision: { no: string; date: string; until: string } | null;
  pending_until: string | null;
}

export interface Repeats {
  seq: number;
  more: number;
  /** penalty rule → what counts as the same conduct */
  conduct: { [rule: string]: string };
  found: EarlierFinding[];
}

export type FindingHead = Head & {
  searched?: Searched;
  kind: FindingKind;
  responsible: string | null;
  responsible_text: string;
  deadline: string | null;
  stop_demanded: boolean;
  stop_proposed: boolean;
};
export type PhotoHead = Head & PhotoFacts & { item: string };
export type SignatureHead = Head & { name: string; title: string; strokes: number[][]; shown: string };
export type RefusalHead = Head & { reason: string; witness: { name: string; title: string } | null };

export type Agreement = "single" | "agreed" | "conflict";

export interface Register<H> {
  state: Agreement;
  heads: H[];
}

/** What the set of operations of one visit says; see core/fold.js. What is not there was never said. */
export interface VisitState {
  answers: { [item: string]: Register<AnswerHead> };
  notes: { [item: string]: { heads: NoteHead[] } };
  findings: { [item: string]: Register<FindingHead> };
  photos: { [item: string]: PhotoHead[] };
  /** by the id of the photo or note that was taken back */
  withdrawn: { [op: string]: Head & { ref: string; reason: string } };
  positions: (Head & { distance: number | null })[];
  opinion: Register<NoteHead> | null;
  signatures: { [role: string]: Register<SignatureHead> };
  refusal: Register<RefusalHead> | null;
  opened: (Head & { checklists: { code: string; version: number; sha: string }[] })[];
  submitted: (Head & { shown: string })[];
}

export interface VisitDocument {
  id: string;
  number: string;
  kind: string;
  planned: boolean;
  state: string;
  window: [string, string];
  ground: string;
  ground_note: string;
  decision: { no: string; date: string } | null;
  site: {
    id: string;
    kind: string;
    name: string;
    address: string;
    commune: { code: string; name: string } | null;
    zone: { id: string; name: string } | null;
    sector: string;
    lat: number | null;
    lon: number | null;
    workers: number | null;
    contacts: { name: string; role: string; phone: string }[];
  };
  organisation: {
    id: string;
    name: string;
    tax_code: string | null;
    household: boolean;
    address?: string;
    representative: string;
  } | null;
  parties: { id: string; name: string; role: string }[];
  team: { person: string; name: string; title: string; agency: string; role: string; is_secretary: boolean }[];
  my_role: string;
  checklists: {
    code: string;
    version: number;
    sha256: string;
    title: string;
    title_en: string;
    items: number;
    url: string;
  }[];
  history: { number: string; date: string; agency: string; kind: string; failing: number }[];
  repeats?: Repeats;
  open_violations: {
    id: string;
    code: string;
    item: string;
    title: string;
    severity: number;
    deadline: string | null;
    remedy_status: string;
    found_on: string;
    agency: string;
    organisation: string;
    /** the last photo, when there is one that this person may see; at: ms */
    photo?: { sha: string; at: number } | null;
  }[];
  revoked: boolean;
  /** what the supervisor who gave it back asks for; at: ISO 8601 */
  returned?: { comment: string; items: { [item: string]: string }; by: string; at: string } | null;
  province: { min_lat: number; min_lon: number; max_lat: number; max_lon: number } | null;
  /** what the submitted visit still waits for, and from which phone; absent before it was submitted */
  arrival?: {
    complete: boolean;
    missing: { device: string; device_name: string; person_name: string; ops: number; photos: number }[];
  };
}

export type SyncMark = "on-phone" | "sent" | "verified";

/** The server keeps the operation and waits for a person; nothing is lost. */
export interface Held {
  id: string;
  code: string;
  message: string;
  said: Op;
}

/** What a person decided about an operation that was held. Accepted and reassigned ones count; the others do not. */
export interface Decision {
  result: "accepted" | "reassigned" | "annexed" | "refused";
  reason: string;
  by_name: string;
  at: number;
}

/** How an operation that was held stands. */
export type HeldState =
  | { state: "waiting"; code: string; message: string }
  | { state: Decision["result"]; reason: string; byName: string; at: number };

/** The server's proof of delivery. verified null: this browser cannot check the signature; it is kept all the same. */
export interface Receipt {
  n: number;
  received: number;
  verified: boolean | null;
}

/** A receipt with the visit it is for. */
export type VisitReceipt = Receipt & { id: string; name: string };

/** What nobody would have if this phone vanished now. */
export interface AtRisk {
  answers: number;
  others: number;
  photos: number;
  oldest: number | null;
  visits: { id: string; name: string; answers: number; others: number; photos: number }[];
}

/** Whether this phone signs what it sends. */
export interface SigningState {
  mode: "signed" | "unsigned";
  state: "trusted" | "waiting" | "refused" | null;
  key: string | null;
  why: string;
}

export interface Unsent {
  ops: number;
  photos: number;
  oldest: number | null;
}

export interface VisitTally {
  answered: number;
  visible: number;
  failing: number;
  conflicts: number;
}

export interface VisitSummary {
  id: string;
  document: VisitDocument;
  gone: boolean;
  opened: boolean;
  submitted: boolean;
  tally: VisitTally;
  unsent: Unsent;
  held: number;
}

export interface TextDraft {
  insp: string;
  item: string;
  field: string;
  text: string;
  t: number;
}

export interface Visit {
  id: string;
  document: VisitDocument;
  gone: boolean;
  onDate: string;
  checklists: Checklist[];
  /** checklists of the visit that this phone does not hold yet: "code@version" */
  missingChecklists: string[];
  state: VisitState;
  values: { [item: string]: Answer };
  progress: { [code: string]: Progress };
  tally: VisitTally;
  unsent: Unsent;
  held: Held[];
  /** what was decided about ours that were held, by operation */
  decisions: { [op: string]: Decision & { said: Op } };
  receipt: Receipt | null;
  drafts: TextDraft[];
}

export interface ItemState {
  sync: SyncMark | null;
  conflict: boolean;
  held: Held | null;
  photos: number;
  note: string;
  missing: ("note" | "photo" | "measurement")[];
  verdict: Verdict;
}

export interface User {
  id: string;
  username: string;
  name: string;
  title: string;
  role: string;
  agency: { id: string; name: string; short_name: string };
  hasPin: boolean;
  session: "valid" | "expired";
}

export type Level = "green" | "amber" | "red";

export interface Capability {
  level: Level;
  installed: boolean;
  persisted: boolean;
  checks: { code: string; level: Level; text: string }[];
}

export interface SyncState {
  unsent: Unsent;
  held: number;
  running: boolean;
  online: boolean;
  lastSuccess: number | null;
  lastError: { code: string; message: string; at: number } | null;
  nextTry: number | null;
  paused: null | "signed-out" | "wrong-user";
  /** the office revoked this phone: it still sends, into the supervisor's inbox, and gets nothing new */
  revoked: boolean;
}

/** The public half of a key, as JSON Web Keys say it. */
export interface PublicKey {
  kty: string;
  crv: string;
  x: string;
  y?: string;
}

/** A key as the server tells it. */
export interface NamedKey {
  key: string;
  jwk: PublicKey;
}

/** Whose people can open an export. */
export type AgencyKey = NamedKey & { id: string };

/** encrypted: only the agency can open it; false where this phone never learned the agency's key. */
export interface ExportFile {
  name: string;
  blob: Blob;
  ops: number;
  photos: number;
  encrypted: boolean;
}

export interface PlaceWarning {
  code: "outside-province" | "poor-accuracy" | "old-fix" | "far";
  text: string;
}

export type AppEvent =
  | { kind: "visit"; id: string; items: string[] | null }
  | { kind: "visits" }
  | { kind: "sync"; state: SyncState }
  | { kind: "session"; user: User | null; why: "signed-in" | "expired" | "locked" | "signed-out" }
  | { kind: "storage"; level: "ok" | "low" | "failing"; message: string }
  | { kind: "update"; ready: true }
  | { kind: "offline"; ready: true }
  | { kind: "network"; online: boolean };

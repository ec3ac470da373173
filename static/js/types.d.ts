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
  fields?: { id: string; label: string; label_en: string; unit?: string; within?: string }[];
  fail?: FailRule[];
  /** date */
  older_than_days?: number;
  /** choice */
  options?: { id: string; label: string; label_en: string; verdict: "pass" | "fail" | "na" | "none" }[];
}

export interface Basis {
  label: string;
  at?: string;
  title: string;
  confidence: Confidence;
  note?: string;
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

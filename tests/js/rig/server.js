// A server in memory that keeps the protocol's promises, and a network that breaks them: for the phone's sync.
import { gunzipSync } from "node:zlib";

import { bodyHash, extend, START } from "../../../static/js/core/chain.js";
import { sha256 } from "../../../static/js/core/hash.js";
import { b64, statement, thumbprint, unb64 } from "../../../static/js/core/keys.js";

export const USER = {
  id: "0190aaaa-0000-7000-8000-00000000000a",
  username: "mai",
  name: "Mai",
  title: "Thanh tra viên",
  role: "inspector",
  agency: { id: "a", name: "Thanh tra", short_name: "TT" },
};
export const VISIT = "0197b200-0000-7000-8000-000000000001";

/** @typedef {{ op: any, by: string, by_name: string, device: string, received: number }} Stored */

export class ModelServer {
  epoch = "e1";
  signedIn = false;
  /** @type {Map<string, Stored>} */
  ops = new Map();
  /** @type {[number, any][]} */
  news = [[1, { visit: document() }]];
  /** @type {Map<string, { size: number, bytes: number[], complete: boolean }>} */
  blobs = new Map();
  /** ids of operations that no request may contain @type {Set<string>} */
  poison = new Set();
  /** what a request with such an operation is answered with */
  poisonStatus = 422;
  /** @type {(request: { path: string, method: string }) => "broken" | "lose-request" | "lose-answer" | "busy" | null} */
  fault = () => null;
  requests = 0;
  /** what the server signs with; null: it signs nothing @type {CryptoKeyPair | null} */
  pair = null;
  /** @type {import("../../../static/js/types.d.ts").NamedKey | null} */
  key = null;
  /** @type {import("../../../static/js/types.d.ts").NamedKey | null} */
  agencyKey = null;
  keyState = "trusted";
  /** @type {Map<string, CryptoKey>} */
  phoneKeys = new Map();
  /** the seals that came, in their order @type {{ insp: string, seal: { key: string, n?: number, sig: string } | undefined }[]} */
  seals = [];
  /** ids of operations that a person must look at @type {Set<string>} */
  holds = new Set();
  isRevoked = false;
  /** it knows no "which of these do you hold" */
  isOld = false;
  /** @type {number | null} */
  backup = null;

  /** Put this server in the place of the network. */
  connect() {
    globalThis.fetch = async (input, init = {}) => {
      const path = String(input).replace("/api/v1", "");
      const method = init.method ?? "GET";
      this.requests += 1;
      const fault = this.fault({ path, method });
      if (fault === "lose-request") throw new TypeError("network");
      if (fault === "busy") return answer(503, { code: "storage-full" }, { "Retry-After": "0" });
      if (fault === "broken") return answer(500, { code: "internal" });
      const response = await this.serve(method, path, init);
      if (fault === "lose-answer") throw new TypeError("network");
      return response;
    };
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestInit} init
   */
  async serve(method, path, init) {
    const headers = new Headers(init.headers);
    if (path === "/session" && (method === "POST" || this.signedIn) && method !== "DELETE") {
      this.signedIn = true;
      const keys = { server_key: this.key, agency_key: this.agencyKey };
      return answer(200, { user: USER, epoch: this.epoch, server_time: Date.now(), ...keys });
    }
    if (path === "/session" && method === "DELETE") {
      this.signedIn = false;
      return answer(204, null);
    }
    if (!this.signedIn) return answer(401, { code: "signed-out" });
    if (path.startsWith("/checklists/")) return answer(200, CHECKLIST);
    if (path === "/devices/key") return this.introduced(read(init, headers));
    if (path === "/sync/holdings") return this.holdings(read(init, headers));
    if (path === "/sync/push") return this.push(read(init, headers));
    if (path === "/sync/pull") return this.pull(read(init, headers));
    return this.blob(
      method,
      path,
      headers,
      new Uint8Array(/** @type {ArrayBuffer} */ (init.body ?? new ArrayBuffer(0))),
    );
  }

  /** @param {any} batch */
  async push(batch) {
    if (batch.user !== USER.id) return answer(409, { code: "wrong-user" });
    if (batch.epoch && batch.epoch !== this.epoch) return answer(409, { code: "epoch-changed", epoch: this.epoch });
    const all = batch.scopes.flatMap((/** @type {any} */ scope) => scope.ops);
    if (all.some((/** @type {any} */ op) => this.poison.has(op.id)))
      return answer(this.poisonStatus, { code: "bad-request" });
    const scopes = [];
    for (const { insp, ops, seal } of batch.scopes) {
      this.seals.push({ insp, seal });
      /** @type {Record<string, object>} */
      const told = {};
      for (const op of ops) {
        told[op.id] = this.holds.has(op.id)
          ? { s: "held", code: "late", message: "Chờ người giám sát." }
          : { s: this.ops.has(op.id) ? "dup" : "ok", seq: this.ops.size };
        if (!this.ops.has(op.id)) {
          this.ops.set(op.id, { op, by: USER.id, by_name: USER.name, device: batch.device, received: Date.now() });
        }
      }
      const chain = await this.chain(batch.device);
      scopes.push({ insp, ...chain, receipt: await this.receipt(insp, batch.device, chain), ops: told });
    }
    const need = all.filter((/** @type {any} */ op) => op.k === "photo" && !this.blobs.get(op.sha)?.complete);
    return answer(200, {
      epoch: this.epoch,
      server_time: Date.now(),
      backup: this.backup,
      scopes,
      need_blobs: need.map((/** @type {any} */ op) => op.sha),
    });
  }

  /** @param {any} asked */
  async introduced({ device, jwk, proof }) {
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", jwk, curve, true, ["verify"]);
    const message = statement({ device, purpose: "inspect-device-key", user: USER.id });
    const isGood = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, unb64(proof), message);
    if (!isGood) return answer(422, { code: "bad-device-key" });
    this.phoneKeys.set(await thumbprint(jwk), key);
    return answer(201, { key: await thumbprint(jwk), state: this.keyState });
  }

  /** @param {{ insp: string, ops: string[], photos: string[] }} asked */
  holdings({ ops, photos }) {
    if (this.isOld) return answer(404, { code: "not-found" });
    return answer(200, {
      epoch: this.epoch,
      ops: ops.filter((id) => !this.ops.has(id)),
      photos: photos.filter((sha) => !this.blobs.get(sha)?.complete),
    });
  }

  /**
   * @param {string} insp
   * @param {string} device
   * @param {{ through: number, head: string }} chain
   */
  async receipt(insp, device, { through, head }) {
    if (!this.pair || through === 0) return null;
    const body = { device, head, insp, n: through, received: Date.now() };
    const sig = await crypto.subtle.sign({ name: "Ed25519" }, this.pair.privateKey, statement(body));
    return { key: this.key?.key, sig: b64(new Uint8Array(sig)), body };
  }

  /** From now on this server signs its receipts. */
  async takeKey() {
    this.pair = /** @type {CryptoKeyPair} */ (
      await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"])
    );
    const { kty, crv, x } = await crypto.subtle.exportKey("jwk", this.pair.publicKey);
    const jwk = /** @type {import("../../../static/js/types.d.ts").PublicKey} */ ({ kty, crv, x });
    this.key = { key: await thumbprint(jwk), jwk };
  }

  /** @param {string} device */
  async chain(device) {
    const own = [...this.ops.values()].filter((each) => each.device === device).map(({ op }) => op);
    own.sort((one, other) => one.n - other.n);
    let [through, head] = [0, START];
    for (const op of own) {
      if (op.n !== through + 1) break;
      head = extend(head, bodyHash(op));
      through = op.n;
    }
    return { through, head, missing: [] };
  }

  /** @param {any} asked */
  pull(asked) {
    if (this.isRevoked) return answer(403, { code: "device-revoked" });
    if (asked.epoch && asked.epoch !== this.epoch) return answer(409, { code: "epoch-changed", epoch: this.epoch });
    const taken = [...this.ops.values()].filter((each) => !this.holds.has(each.op.id));
    const written = taken.map((each, at) => [at + 1, each]);
    const own = `u:${USER.id}`;
    return answer(200, {
      epoch: this.epoch,
      server_time: Date.now(),
      backup: this.backup,
      scopes: { [own]: this.news.length, [VISIT]: written.length },
      ch: {
        [own]: this.news.filter(([seq]) => seq > (asked.cur[own] ?? 0)),
        [VISIT]: written.slice(asked.cur[VISIT] ?? 0),
      },
      more: false,
    });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Headers} headers
   * @param {Uint8Array} body
   */
  async blob(method, path, headers, body) {
    let sha = path.split("/").at(-1) ?? "";
    if (method === "POST") {
      sha = atob(/sha256 (\S+?)(?:,|$)/.exec(headers.get("Upload-Metadata") ?? "")?.[1] ?? "");
      if (!this.blobs.has(sha)) {
        this.blobs.set(sha, { size: Number(headers.get("Upload-Length")), bytes: [], complete: false });
      }
    }
    const blob = this.blobs.get(sha);
    if (!blob) return answer(404, { code: "not-found" });
    const offset = method === "POST" ? 0 : Number(headers.get("Upload-Offset"));
    if (method === "PATCH" && offset !== blob.bytes.length) {
      return answer(409, { code: "wrong-offset" }, { "Upload-Offset": String(blob.bytes.length) });
    }
    if (method !== "HEAD" && offset === blob.bytes.length) blob.bytes.push(...body);
    if (!blob.complete && blob.bytes.length === blob.size) {
      blob.complete = (await sha256(Uint8Array.from(blob.bytes))) === sha;
      if (!blob.complete) {
        blob.bytes = [];
        return answer(460, { code: "checksum-mismatch" }, { "Upload-Offset": "0" });
      }
    }
    const told = { "Upload-Offset": String(blob.bytes.length), "Upload-Complete": blob.complete ? "?1" : "?0" };
    return answer(method === "POST" ? 201 : method === "HEAD" ? 200 : 204, null, told);
  }

  /** A backup is put back: everything since is gone, and the epoch says so. */
  restore() {
    this.ops.clear();
    this.blobs.clear();
    this.epoch = `e${Number(this.epoch.slice(1)) + 1}`;
  }
}

/**
 * @param {RequestInit} init
 * @param {Headers} headers
 */
function read(init, headers) {
  const { body } = init;
  const text =
    headers.get("Content-Encoding") === "gzip" ? gunzipSync(/** @type {ArrayBuffer} */ (body)).toString() : body;
  return JSON.parse(String(text));
}

/**
 * @param {number} status
 * @param {unknown} json
 * @param {Record<string, string>} [headers]
 */
function answer(status, json, headers = {}) {
  const body = json === null ? null : JSON.stringify(json);
  const type = status < 300 ? "application/json" : "application/problem+json";
  return new Response(body, { status, headers: { ...(body ? { "Content-Type": type } : {}), ...headers } });
}

export const CHECKLIST = {
  code: "GEN",
  version: 1,
  sha256: "d".repeat(64),
  title: "Chung",
  title_en: "General",
  agencies: [],
  sectors: [],
  valid_from: "2026-01-01",
  sections: [{ id: "A", title: "A", title_en: "A" }],
  items: Array.from({ length: 40 }, (_, at) => ({
    id: `GEN-${at + 1}`,
    section: "A",
    ask: "?",
    ask_en: "?",
    type: "pass-fail",
    severity: 2,
    remedy_days: 10,
  })),
};

/** A visit with one checklist. */
export function document() {
  return {
    id: VISIT,
    number: "TT-1",
    kind: "kiem-tra",
    planned: true,
    state: "assigned",
    window: ["2026-11-22", "2026-11-22"],
    site: { id: "s", name: "Thép Gia Sàng", lat: 21.59, lon: 105.84, contacts: [] },
    team: [],
    checklists: [
      {
        code: "GEN",
        version: 1,
        sha256: "d".repeat(64),
        title: "Chung",
        title_en: "General",
        items: 40,
        url: "/api/v1/checklists/GEN/1",
      },
    ],
    history: [],
    open_violations: [],
    revoked: false,
    province: null,
  };
}

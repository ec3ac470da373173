// Who we are to the server beyond the password: this phone's key, introduced once; and the keys the server tells us.

import { isSigned, sign } from "../core/keys.js";
import { makeSigningKey } from "../device/signing_key.js";
import { changePerson } from "../store/phone.js";
import { keepSigning, signing } from "../store/signing.js";
import { meta } from "../store/work.js";
import { call } from "./api.js";

/**
 * @typedef {import("../store/database.js").Database} Database
 * @typedef {import("../store/phone.js").Person} Person
 * @typedef {import("../store/signing.js").Signing} Signing
 * @typedef {import("../store/work.js").ReceiptRow} ReceiptRow
 * @typedef {import("./api.js").Answer} Answer
 */

const PURPOSE = "inspect-device-key";

/** The databases whose keys were looked after since the app began, and for which server. @type {WeakMap<Database, unknown>} */
const done = new WeakMap();

/**
 * Before the first sending of each start, and again to a server that was restored. Nothing of it ever holds up an operation.
 * @param {Database} db
 * @param {Person} person
 */
export async function identify(db, person) {
  const epoch = await meta(db, "epoch");
  if (done.has(db) && done.get(db) === epoch) return;
  const isTold = await learnKeys(person);
  const isIntroduced = await introduce(db, person);
  if (isTold && isIntroduced) done.set(db, epoch);
}

/**
 * A phone that was signed in before the server had keys asks for them.
 * @param {Person} person
 * @returns {Promise<boolean>} false: ask again another time
 */
async function learnKeys(person) {
  if (person.serverKey && person.agencyKey) return true;
  const { status, data } = await call("GET", "/session");
  if (status !== 200) return false;
  await keepServerKeys(person, data);
  return true;
}

/**
 * @param {Person} person
 * @param {{ server_key?: import("../types.d.ts").NamedKey, agency_key?: import("../types.d.ts").NamedKey }} told
 */
async function keepServerKeys(person, { server_key, agency_key }) {
  person.serverKey = server_key ?? null;
  person.agencyKey = agency_key ?? null;
  await changePerson(person.id, (kept) => {
    kept.serverKey = person.serverKey;
    kept.agencyKey = person.agencyKey;
  });
}

/**
 * @param {Database} db
 * @param {Person} person
 * @returns {Promise<boolean>} false: ask again another time
 */
async function introduce(db, person) {
  const own = (await signing(db)) ?? (await begin(db));
  if (!own.key || !own.privateKey || own.state === "trusted") return true;
  const message = { device: person.device, purpose: PURPOSE, user: person.id };
  const proof = await sign(own.privateKey, message);
  const answer = await call("POST", "/devices/key", { json: { device: person.device, jwk: own.jwk, proof } });
  const { status, data, code } = answer;
  if (status === 200 || status === 201) {
    if (data.state !== own.state) await keepSigning(db, { ...own, state: data.state });
    return true;
  }
  if (status === 0 || status === 401 || status === 429 || status >= 500) return false;
  // It goes on signing: what is signed with a key the server does not want is stored with that verdict.
  await keepSigning(db, { ...own, state: "refused", why: code || `HTTP ${status}` });
  return true;
}

/**
 * @param {Database} db
 * @returns {Promise<Signing>}
 */
async function begin(db) {
  /** @type {Signing} */
  let made;
  try {
    made = { ...(await makeSigningKey()), state: null };
  } catch (error) {
    made = { state: null, why: String(error) };
  }
  const refusal = await keepSigning(db, made);
  if (refusal === "") return made;
  const without = /** @type {Signing} */ ({ state: null, why: refusal });
  await keepSigning(db, without);
  return without;
}

/**
 * @param {Database} db
 * @param {object} message
 * @returns {Promise<{ key: string, sig: string } | undefined>} undefined: this phone has no key, and works without
 */
export async function sealed(db, message) {
  const own = await signing(db);
  if (!own?.key || !own.privateKey) return undefined;
  return { key: own.key, sig: await sign(own.privateKey, message) };
}

/**
 * The receipts of an answer, looked at.
 * @param {Person} person
 * @param {{ insp: string, receipt?: { key: string, sig: string, body: ReceiptRow["body"] } | null }[]} scopes
 * @returns {Promise<ReceiptRow[]>}
 */
export async function receiptsOf(person, scopes) {
  /** @type {ReceiptRow[]} */
  const rows = [];
  for (const { insp, receipt } of scopes) {
    if (!receipt || receipt.body.insp !== insp || receipt.body.device !== person.device) continue;
    const { key, sig, body } = receipt;
    const verified = person.serverKey ? await isSigned(person.serverKey, receipt) : null;
    rows.push({ insp, device: person.device, key, sig, body, verified });
  }
  return rows;
}

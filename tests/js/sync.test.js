// The phone against a server in memory: nothing is lost, doubled or forgotten, whatever the network does.
import "./rig/phone.js";
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { statement, thumbprint, unb64 } from "../../static/js/core/keys.js";
import { rescue, rescuedFor } from "../../static/js/store/emergency.js";
import { waiting } from "../../static/js/store/outbox.js";
import * as field from "../../static/js/sync/field.js";
import { somebody } from "../../static/js/sync/here.js";
import { hope, rest, retry } from "../../static/js/sync/runner.js";
import { openApp, setPin, signedInUser, signIn, signOut, unlock } from "../../static/js/sync/session.js";
import { ModelServer, USER, VISIT } from "./rig/server.js";

const server = new ModelServer();
server.connect();
after(() => {
  rest();
  // The channel to other tabs would keep this process alive.
  setTimeout(() => process.exit(), 100).unref();
});

/** @param {string} item @param {import("../../static/js/types.d.ts").Answer} v */
const answer = (item, v) => field.write(VISIT, { k: "answer", i: item, v });
const unsent = async () => (await field.syncNow()).unsent;

/** Until nothing is left; a test that never gets there fails. */
async function converge(most = 400) {
  for (let round = 0; round < most; round += 1) {
    const left = await unsent();
    if (left.ops === 0 && left.photos === 0) return round;
  }
  return assert.fail("it never got everything across");
}

test("a new phone asks for sign-in; then the visit and its checklist are here", async () => {
  assert.equal((await openApp()).screen, "sign-in");
  const { user, askPin } = await signIn("mai", "right");
  assert.equal(user.name, "Mai");
  assert.equal(askPin, true);
  await converge();
  const [only] = await field.visits();
  assert.equal(only?.document.site.name, "Thép Gia Sàng");
  assert.equal((await field.visit(VISIT)).checklists[0]?.items.length, 40);
});

test("an answer is on the phone, then sent and compared; the list counts it", async () => {
  await field.begin(VISIT);
  await field.begin(VISIT);
  const { visit, items } = await answer("GEN-1", "fail");
  assert.deepEqual(items, ["GEN-1"]);
  assert.equal(field.itemState(visit, "GEN-1").sync, "on-phone");
  assert.deepEqual(field.itemState(visit, "GEN-1").missing, ["note"]);
  await converge();
  assert.equal(field.itemState(visit, "GEN-1").sync, "verified");
  assert.equal(server.ops.size, 2);
  const [only] = await field.visits();
  assert.deepEqual(only?.tally, { answered: 1, visible: 40, failing: 1, conflicts: 0 });
  assert.equal(only?.opened, true);
});

test("two taps at once become two operations in a row, the second replacing the first", async () => {
  const [one, two] = await Promise.all([answer("GEN-2", "pass"), answer("GEN-2", "fail")]);
  assert.equal(two.op.n, one.op.n + 1);
  assert.deepEqual(two.op.sup, [one.op.id]);
  assert.equal(two.visit.values["GEN-2"], "fail");
});

test("an answer that was lost on the way back is sent again and kept once", async () => {
  const { op } = await answer("GEN-3", "pass");
  let losses = 1;
  server.fault = ({ path }) => (path === "/sync/push" && losses-- > 0 ? "lose-answer" : null);
  const state = await field.syncNow();
  assert.ok(server.ops.has(op.id));
  assert.ok(state.unsent.ops > 0, "it leaves the outbox only when it was answered for");
  assert.equal(state.lastError?.code, "no-network");
  assert.equal(state.lastError?.message, "Không liên lạc được với máy chủ");
  server.fault = () => null;
  await converge();
  assert.equal([...server.ops.values()].filter((each) => each.op.id === op.id).length, 1);
});

test("a session that ended stops the queue and keeps it; signing in again sends it", async () => {
  server.signedIn = false;
  await answer("GEN-4", "pass");
  const state = await field.syncNow();
  assert.equal(state.paused, "signed-out");
  assert.equal(state.unsent.ops, 1);
  assert.equal(signedInUser()?.session, "expired");
  await answer("GEN-5", "pass");
  await signIn("mai", "right");
  await converge();
  assert.equal(signedInUser()?.session, "valid");
});

test("one operation that the server cannot read does not hold up the others", async () => {
  const bad = await answer("GEN-6", "pass");
  server.poison.add(bad.op.id);
  for (let item = 7; item < 15; item += 1) await answer(`GEN-${item}`, "pass");
  const state = await field.syncNow();
  assert.equal(state.unsent.ops, 1);
  assert.ok(!server.ops.has(bad.op.id));
  server.poison.clear();
  await converge();
  assert.ok(server.ops.has(bad.op.id));
});

test("one operation that breaks the server is found after a few tries, and the others go", async () => {
  const bad = await answer("GEN-6", "fail");
  server.poison.add(bad.op.id);
  server.poisonStatus = 500;
  for (let item = 7; item < 12; item += 1) await answer(`GEN-${item}`, "na");
  for (let round = 0; round < 4; round += 1) await retry();
  assert.equal(field.syncState().unsent.ops, 6, "four failures may be the server's own trouble");
  await field.syncNow();
  assert.equal(field.syncState().unsent.ops, 1, "a person's hope in between does not make it forget them");
  for (let item = 7; item < 12; item += 1) await answer(`GEN-${item}`, "pass");
  await field.syncNow();
  assert.equal(field.syncState().unsent.ops, 1, "what is suspected goes alone and after the others");
  server.poison.clear();
  server.poisonStatus = 422;
  await converge();
  assert.ok(server.ops.has(bad.op.id));
});

test("a server that breaks on everything condemns nothing", async () => {
  for (let item = 7; item < 12; item += 1) await answer(`GEN-${item}`, "na");
  server.fault = ({ path }) => (path === "/sync/push" ? "broken" : null);
  for (let round = 0; round < 12; round += 1) await retry();
  assert.equal(field.syncState().unsent.ops, 5);
  const db = /** @type {NonNullable<ReturnType<typeof somebody>>} */ (somebody()).db;
  assert.ok((await waiting(db)).every(({ help, suspect }) => help === null && !suspect));
  server.fault = () => null;
  await converge();
});

test("photos go up although nothing can be fetched", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(1_000));
  const { sha } = await field.addPhoto(VISIT, "GEN-2", new Blob([bytes], { type: "image/jpeg" }), "picker");
  server.fault = ({ path }) => (path === "/sync/pull" ? "broken" : null);
  const state = await field.syncNow();
  assert.equal(state.lastError?.code, "internal");
  assert.equal(server.blobs.get(sha)?.complete, true);
  server.fault = () => null;
  await converge();
});

test("a photo is complete only when the server has compared the whole", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const { sha, op } = await field.addPhoto(
    VISIT,
    "GEN-1",
    new Blob([bytes, bytes, bytes], { type: "image/jpeg" }),
    "picker",
  );
  const visit = await field.visit(VISIT);
  assert.equal(field.photoState(visit, sha), "on-phone");
  let cuts = 2;
  server.fault = ({ path }) => (path.startsWith("/blobs") && cuts-- > 0 ? "lose-answer" : null);
  await field.syncNow();
  assert.equal(field.photoState(visit, sha), "on-phone");
  server.fault = () => null;
  await converge();
  assert.equal(server.blobs.get(sha)?.complete, true);
  assert.equal(field.photoState(visit, sha), "verified");
  assert.equal(field.opState(visit, op.id), "verified");
});

test("a server restored from its backup gets everything again", async () => {
  const before = server.ops.size;
  server.restore();
  await converge();
  assert.equal(server.ops.size, before);
  assert.ok([...server.blobs.values()].every((blob) => blob.complete));
});

test("a restored server that cannot be asked what it holds gets everything again", async () => {
  const before = server.ops.size;
  server.isOld = true;
  server.restore();
  await converge();
  assert.equal(server.ops.size, before);
  server.isOld = false;
});

test("a restored server is sent only what it lost, and the last operation to compare with", async () => {
  const own = [...server.ops.values()].sort((one, other) => one.op.n - other.op.n);
  const lost = /** @type {typeof own[number]} */ (own[3]);
  server.ops.delete(lost.op.id);
  server.epoch = "e9";
  server.seals.length = 0;
  const sent = /** @type {string[]} */ ([]);
  const push = server.push.bind(server);
  server.push = (batch) => {
    for (const { ops } of batch.scopes) sent.push(...ops.map((/** @type {any} */ op) => op.id));
    return push(batch);
  };
  await converge();
  server.push = push;
  assert.deepEqual(sent, [lost.op.id, own.at(-1)?.op.id]);
  const visit = await field.visit(VISIT);
  assert.equal(field.opState(visit, lost.op.id), "verified");
});

test("a server that was restored while it is asked is asked about everything again", async () => {
  const before = server.ops.size;
  const some = /** @type {any} */ ([...server.ops.values()][6]);
  server.ops.delete(some.op.id);
  server.epoch = "e20";
  assert.deepEqual(await field.reconcile(VISIT), { ops: 1, photos: 0 });
  await converge();
  assert.equal(server.ops.size, before);
});

test('"Đối chiếu lại" finds what the server lost without knowing it, and sends it', async () => {
  const some = /** @type {any} */ ([...server.ops.values()][5]);
  server.ops.delete(some.op.id);
  assert.deepEqual(await field.reconcile(VISIT), { ops: 1, photos: 0 });
  assert.ok(server.ops.has(some.op.id));
  server.fault = () => "lose-request";
  await assert.rejects(() => field.reconcile(VISIT), { code: "no-network" });
  server.fault = () => null;
});

test("what another inspector wrote stands beside ours as a conflict, until somebody decides", async () => {
  const other = {
    id: "0197c1a1-0000-7000-8000-00000000ffff",
    n: 1,
    t: 1,
    m: 1,
    k: "answer",
    i: "GEN-3",
    v: "fail",
    sup: [],
  };
  server.ops.set(other.id, { op: other, by: "nam", by_name: "Nam", device: "elsewhere", received: 2 });
  await field.syncNow();
  const visit = await field.visit(VISIT);
  assert.equal(visit.state.answers["GEN-3"]?.state, "conflict");
  assert.equal(field.itemState(visit, "GEN-3").verdict, "fail");
  assert.equal(visit.tally.conflicts, 1);
  await answer("GEN-3", "pass");
  assert.equal(visit.state.answers["GEN-3"]?.state, "single");
  assert.equal(visit.tally.conflicts, 0);
});

test("a try that is due while the one before it is still ending is made, not lost", async () => {
  const { random } = Math;
  Math.random = () => 0; // the next try is due at once
  let broken = 3;
  server.fault = () => {
    broken -= 1;
    return broken < 0 ? null : "lose-request";
  };
  await answer("GEN-3", "fail");
  hope();
  for (let wait = 0; wait < 200 && field.syncState().unsent.ops > 0; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  Math.random = random;
  server.fault = () => null;
  assert.equal(field.syncState().unsent.ops, 0);
});

test("three hundred taps over a network that fails two times in three: all there, once, in one chain", async () => {
  let seed = 42;
  const chance = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const faults = /** @type {const} */ (["lose-request", "lose-answer", "busy", null]);
  server.fault = () => faults[Math.floor(chance() * 4)] ?? null;
  /** @type {string[]} */
  const written = [];
  for (let tap = 0; tap < 300; tap += 1) {
    const { op } = await answer(`GEN-${1 + (tap % 40)}`, chance() < 0.5 ? "pass" : "fail");
    written.push(op.id);
    if (tap % 25 === 0) await field.syncNow();
  }
  await converge();
  server.fault = () => null;
  await converge();
  for (const id of written) assert.ok(server.ops.has(id));
  const visit = await field.visit(VISIT);
  assert.equal(field.opState(visit, /** @type {string} */ (written.at(-1))), "verified");
});

test("the phone introduces its key once, and seals the head of each push with it", async () => {
  assert.deepEqual(await field.signingState(), {
    ...{ mode: "signed", state: "trusted", why: "" },
    key: [...server.phoneKeys.keys()][0],
  });
  assert.equal(server.phoneKeys.size, 1);
  server.seals.length = 0;
  const { op } = await answer("GEN-17", "pass");
  await converge();
  const { seal } = /** @type {typeof server.seals[number]} */ (server.seals[0]);
  assert.ok(seal);
  assert.equal(seal.n, op.n);
  const key = /** @type {CryptoKey} */ (server.phoneKeys.get(seal.key));
  const device = [...server.ops.values()].find((each) => each.op.id === op.id)?.device ?? "";
  const { head } = await server.chain(device);
  const message = statement({ device, head, insp: VISIT, n: op.n });
  const rules = { name: "ECDSA", hash: "SHA-256" };
  assert.ok(await crypto.subtle.verify(rules, key, unb64(seal.sig), message));
});

test("a receipt is checked and kept; one with a wrong signature takes nobody's place", async () => {
  const visit = await field.visit(VISIT);
  const receipt = () => visit.receipt;
  assert.equal(receipt(), null);
  await server.takeKey();
  await signIn("mai", "right");
  const { op } = await answer("GEN-18", "pass");
  await converge();
  assert.deepEqual([receipt()?.n, receipt()?.verified], [op.n, true]);
  const right = server.pair;
  await server.takeKey();
  server.key = /** @type {any} */ ({ ...server.key, key: (await keysOf()).serverKey });
  await answer("GEN-18", "fail");
  await converge();
  assert.equal(receipt()?.n, op.n);
  server.pair = right;
});

const keysOf = async () => ({ serverKey: somebody()?.person.serverKey?.key });

test("submit declares how far this device came, and every photo, under the seal of this phone", async () => {
  const { op } = await field.submit(VISIT, await field.hashText("tóm tắt"));
  await converge();
  const manifest = /** @type {any} */ (op.manifest);
  const own = manifest.devices[0];
  assert.equal(own.n, op.n - 1);
  assert.equal(manifest.photos.length, 2);
  const seal = /** @type {{ key: string, sig: string }} */ (op.seal);
  const key = /** @type {CryptoKey} */ (server.phoneKeys.get(seal.key));
  const rules = { name: "ECDSA", hash: "SHA-256" };
  assert.ok(await crypto.subtle.verify(rules, key, unb64(seal.sig), statement(manifest)));
  assert.equal((await field.visits())[0]?.submitted, true);
});

test("a draft is kept at a pause and goes with the operation it became", async () => {
  field.saveDraft(VISIT, "GEN-1", "comment", "lan can hở 3");
  await field.flushDrafts();
  const visit = await field.visit(VISIT);
  assert.equal(visit.drafts[0]?.text, "lan can hở 3");
  const clears = { item: "GEN-1", field: "comment" };
  await field.write(VISIT, { k: "comment", i: "GEN-1", text: "lan can hở 3 m" }, { clears });
  assert.deepEqual(visit.drafts, []);
  assert.deepEqual((await somebody()?.db.read(["drafts"], (tx) => tx.objectStore("drafts").getAll())) ?? null, []);
});

test("a photo that was being taken when the app died is remembered until one is taken", async () => {
  await field.beginCapture(VISIT, "GEN-9");
  assert.equal((await field.pendingCapture())?.item, "GEN-9");
  await field.clearCapture();
  assert.equal(await field.pendingCapture(), null);
});

test("what a person decided about a held operation is told with the reason, and a refused one no longer counts", async () => {
  const before = (await field.visit(VISIT)).values["GEN-25"];
  const { op, visit } = await answer("GEN-25", "na");
  server.holds.add(op.id);
  await converge();
  assert.deepEqual(field.heldState(visit, op.id), { state: "waiting", code: "late", message: "Chờ người giám sát." });
  assert.equal(field.syncState().held, 1);
  const decision = { op: op.id, insp: VISIT, result: "refused", reason: "Ghi sau khi kết thúc", by_name: "Lan", at: 7 };
  server.news.push([server.news.length + 1, { decision }]);
  await field.syncNow();
  const { result: state, reason, by_name: byName, at } = decision;
  assert.deepEqual(field.heldState(visit, op.id), { state, reason, byName, at });
  assert.equal(visit.values["GEN-25"], before);
  assert.equal(field.syncState().held, 0);
});

test("a phone that the office revoked still sends everything, gets nothing, and says so", async () => {
  server.isRevoked = true;
  const { op } = await answer("GEN-26", "pass");
  const state = await field.syncNow();
  assert.equal(state.revoked, true);
  assert.deepEqual([state.unsent.ops, state.lastError], [0, null]);
  assert.ok(server.ops.has(op.id));
  server.isRevoked = false;
  assert.equal((await field.syncNow()).revoked, false);
});

test("what would be lost with the phone is what nobody else has", async () => {
  assert.deepEqual(await field.atRisk(), { answers: 0, others: 0, photos: 0, oldest: null, visits: [] });
  const before = Date.now();
  await answer("GEN-19", "pass");
  await field.write(VISIT, { k: "comment", i: "GEN-19", text: "đủ" });
  const risk = await field.atRisk();
  assert.deepEqual([risk.answers, risk.others, risk.photos], [1, 1, 0]);
  assert.ok(risk.oldest !== null && risk.oldest >= before);
  assert.deepEqual(risk.visits, [{ id: VISIT, name: "Thép Gia Sàng", answers: 1, others: 1, photos: 0 }]);
  await converge();
});

test("what is unsent goes into one file, which only the agency can open", async () => {
  const pair = /** @type {CryptoKeyPair} */ (
    await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"])
  );
  const jwk = /** @type {any} */ (await crypto.subtle.exportKey("jwk", pair.publicKey));
  server.agencyKey = { key: await thumbprint(jwk), jwk };
  await signIn("mai", "right");
  await converge();
  await answer("GEN-21", "na");
  const file = await field.exportUnsent();
  assert.match(file.name, /^chua-gui-mai-\d{8}-\d{4}\.ktz$/);
  assert.equal(file.encrypted, true);
  const text = new TextDecoder().decode(await file.blob.arrayBuffer());
  assert.equal(JSON.parse(text.slice(0, text.indexOf("\n"))).to, server.agencyKey.key);
  assert.doesNotMatch(text, /GEN-21/);
  server.agencyKey = null;
  await converge();
});

test("a phone that never learned the agency's key gives what is unsent away unlocked, and says so", async () => {
  await signIn("mai", "right");
  await converge();
  await answer("GEN-20", "na");
  const file = await field.exportUnsent();
  assert.match(file.name, /^chua-gui-mai-\d{8}-\d{4}-khong-ma-hoa\.zip$/);
  const text = new TextDecoder().decode(await file.blob.arrayBuffer());
  assert.deepEqual([file.ops, file.encrypted], [1, false]);
  assert.match(text, /"i":"GEN-20"/);
  assert.match(text, /"encrypted": false/);
});

test("leaving with something unsent is refused; with everything sent the PIN opens the phone again", async () => {
  await setPin("123456");
  server.fault = () => "lose-request";
  const refused = await signOut("send");
  assert.ok(refused.left.ops > 0);
  assert.ok(signedInUser());
  server.fault = () => null;
  assert.deepEqual((await signOut("send")).left, { ops: 0, photos: 0 });
  assert.equal(signedInUser(), null);
  await assert.rejects(() => field.visits(), { code: "locked" });
  const wrong = await unlock("654321", USER.id);
  assert.deepEqual(wrong, { ok: false, seconds: 0, tries: 1 });
  assert.equal((await unlock("123456", USER.id)).ok, true);
  assert.equal((await field.visit(VISIT)).values["GEN-20"], "na");
});

test("wrong PINs slow down and lose nothing", async () => {
  await signOut("lock");
  for (let tries = 0; tries < 3; tries += 1) await unlock("000000", USER.id);
  const slow = await unlock("123456", USER.id);
  assert.equal(slow.ok, false);
  assert.ok(!slow.ok && slow.seconds > 0 && slow.seconds <= 5);
});

test("what did not fit on the phone waits in the emergency slot and is written with the next start", async () => {
  rescue(USER.id, { insp: VISIT, draft: { k: "answer", i: "GEN-30", v: "fail" }, t: 1 });
  await signIn("mai", "right");
  assert.deepEqual(rescuedFor(USER.id), []);
  assert.equal((await field.visit(VISIT)).values["GEN-30"], "fail");
});

test("a rescued answer that cannot be written does not hold up those behind it", async () => {
  await signOut("lock");
  rescue(USER.id, { insp: "no-such-visit", draft: { k: "answer", i: "GEN-30", v: "fail" }, t: 1 });
  rescue(USER.id, { insp: VISIT, draft: { k: "answer", i: "GEN-30", v: "na" }, t: 2 });
  const reported = /** @type {unknown[]} */ ([]);
  const { reportError } = globalThis;
  globalThis.reportError = (error) => void reported.push(error);
  await signIn("mai", "right");
  globalThis.reportError = reportError;
  assert.equal(reported.length, 1);
  assert.equal((await field.visit(VISIT)).values["GEN-30"], "na");
  assert.deepEqual(
    rescuedFor(USER.id).map(({ insp }) => insp),
    ["no-such-visit"],
  );
  localStorage.removeItem(`inspect-emergency-${USER.id}`);
});

test("the browser empties the database under us: what is open goes back in, and its chain goes on", async () => {
  await converge();
  await answer("GEN-31", "pass");
  await retry(); // nothing is on its way while the browser does it
  const db = /** @type {NonNullable<ReturnType<typeof somebody>>} */ (somebody()).db;
  const work = ["visits", "counters", "ops", "numbers", "outbox", "chains", "confirmed", "cursors", "meta"];
  const stores = [...work, "photos", "bytes", "checklists"];
  await db.write(stores, async (tx) => {
    for (const store of stores) await tx.objectStore(store).clear();
  });
  const { op, visit } = await answer("GEN-32", "fail");
  assert.equal(visit.values["GEN-31"], "pass");
  await converge();
  assert.ok(server.ops.has(op.id));
  assert.equal(field.opState(visit, op.id), "verified");
});

test("after a break the phone asks how far a photo is, and no piece goes twice", async () => {
  /** @type {string[]} */
  const asked = [];
  for (const [fault, wanted] of [
    ["lose-answer", ["POST", "HEAD"]],
    ["lose-request", ["POST", "HEAD", "POST"]],
  ]) {
    const bytes = crypto.getRandomValues(new Uint8Array(50_000));
    const { sha } = await field.addPhoto(VISIT, "GEN-1", new Blob([bytes], { type: "image/jpeg" }), "picker");
    asked.length = 0;
    server.fault = ({ path, method }) => {
      if (!path.startsWith("/blobs")) return null;
      asked.push(method);
      return asked.length === 1 ? /** @type {any} */ (fault) : null;
    };
    await converge();
    assert.deepEqual(asked, wanted);
    assert.equal(server.blobs.get(sha)?.complete, true);
  }
  server.fault = () => null;
});

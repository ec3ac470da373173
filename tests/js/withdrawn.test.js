// A visit that is withdrawn, and forgotten, while somebody has it open: nothing throws, and nothing that was typed is lost.
import "./rig/phone.js";
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { keepPage } from "../../static/js/store/pulled.js";
import * as field from "../../static/js/sync/field.js";
import { somebody } from "../../static/js/sync/here.js";
import { openedIds } from "../../static/js/sync/live.js";
import { answered, came, photoDone } from "../../static/js/sync/news.js";
import { rest } from "../../static/js/sync/runner.js";
import { openApp, signIn } from "../../static/js/sync/session.js";
import { document, ModelServer, VISIT } from "./rig/server.js";

const OTHER = "0197b200-0000-7000-8000-000000000002";
const server = new ModelServer();
server.connect();
after(() => {
  rest();
  // The channel to other tabs would keep this process alive.
  setTimeout(() => process.exit(), 100).unref();
});

const database = () => /** @type {NonNullable<ReturnType<typeof somebody>>} */ (somebody()).db;
/** @param {any} fields @returns {any} */
const row = (fields) => ({ insp: VISIT, own: false, device: "d2", by: "x", byName: "X", answered: "ok", ...fields });

test("withdrawn and forgotten while it is open", async () => {
  await openApp();
  await signIn("mai", "right");
  await field.syncNow();
  const open = await field.visit(VISIT);
  const db = database();
  const scopes = { [OTHER]: 0 };
  const change = { visit: { ...document(), id: OTHER } };
  const page = { scopes, ch: { "u:2": [[50, change]] }, more: false };
  await keepPage(db, /** @type {any} */ (page), { device: "d1", now: 0 });
  const other = await field.visit(OTHER);
  await db.write(["visits", "ops"], async (tx) => {
    await tx.objectStore("visits").delete(VISIT);
  });
  await came(new Set([VISIT]), []);
  assert.deepEqual(openedIds(), [OTHER]);

  // Typed into both in the same moment: the one that is gone does not hold up the other.
  field.saveDraft(VISIT, "GEN-1", "note", "gõ dở ở cuộc đã thu hồi");
  field.saveDraft(OTHER, "GEN-1", "note", "gõ dở ở cuộc kia");
  await field.flushDrafts();
  assert.deepEqual(
    other.drafts.map(({ text }) => text),
    ["gõ dở ở cuộc kia"],
  );
  const kept = await db.read(["drafts"], (tx) => tx.objectStore("drafts").getAll());
  assert.equal(kept.length, 2);

  // What the server still says about it, and what its screen still asks for.
  await came(new Set(), [
    row({ id: "op-9", n: 1, op: { id: "op-9", n: 1, t: 1, m: 1, k: "answer", i: "GEN-1", v: "pass" } }),
  ]);
  await answered([row({ id: "op-1" })], [{ insp: VISIT, through: 1, verified: 1, differs: false }], []);
  await photoDone(row({ sha: "a".repeat(64), size: 1 }));
  assert.equal(await field.photoUrl(VISIT, "a".repeat(64), "thumb"), null);
  assert.equal(await field.photoUrl(VISIT, "a".repeat(64), "full"), null);
  assert.equal(field.itemState(open, "GEN-1").verdict, "unanswered");
  await assert.rejects(field.write(VISIT, { k: "answer", i: "GEN-1", v: "pass" }), { code: "no-visit" });
  await assert.rejects(field.visit(VISIT), { code: "no-visit" });
  assert.deepEqual(openedIds(), [OTHER]);
});

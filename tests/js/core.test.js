// The phone's small decisions: what to send, when to try again, what a state is called, where a fix stands.
import assert from "node:assert/strict";
import { test } from "node:test";

import { asGps, distance, distanceTo, sayDistance, warnings } from "../../static/js/core/geo.js";
import { jpegSize } from "../../static/js/core/jpeg.js";
import { chunkSize, MOST_BYTES, MOST_OPS, nextBatch, split } from "../../static/js/core/outbox.js";
import { afterFailure, backoff, retryAfter } from "../../static/js/core/retry.js";
import { fold, matches } from "../../static/js/core/search.js";
import { least, opMark, photoMark } from "../../static/js/core/states.js";
import { uuid7 } from "../../static/js/core/uuid7.js";
import { waitAfter } from "../../static/js/device/pin.js";

/** @param {string} insp @param {number} n @param {number} t @param {number} [bytes] */
const row = (insp, n, t, bytes = 100) => ({ insp, n, id: `${insp}${n}`, t, bytes, help: null });

test("the oldest visit goes first, each in the order of its numbers", () => {
  const batch = nextBatch([row("b", 2, 5), row("a", 1, 9), row("b", 1, 20), row("c", 1, 7)]);
  assert.deepEqual(
    batch.map(({ id }) => id),
    ["b1", "b2", "c1", "a1"],
  );
});

test("a batch ends at 200 operations or 256 KiB; one that is larger alone goes alone", () => {
  const many = Array.from({ length: 450 }, (_, at) => row("a", at + 1, at));
  assert.equal(nextBatch(many).length, MOST_OPS);
  const heavy = Array.from({ length: 9 }, (_, at) => row("a", at + 1, at, MOST_BYTES / 4));
  assert.equal(nextBatch(heavy).length, 3);
  assert.equal(nextBatch([row("a", 1, 1, MOST_BYTES * 2), row("a", 2, 2)]).length, 1);
});

test("what waits for help does not go by itself", () => {
  assert.deepEqual(nextBatch([{ ...row("a", 1, 1), help: { code: "bad-request", message: "" } }]), []);
});

test("a batch that cannot be read is halved down to the one", () => {
  assert.deepEqual(split([1, 2, 3]), { halves: [[1, 2], [3]] });
  assert.deepEqual(split([7]), { stuck: 7 });
});

test("pieces of a photo are what the link moves in four seconds", () => {
  assert.deepEqual([null, 12_000, 40_000, 150_000, 9e9].map(chunkSize), [65536, 65536, 131072, 524288, 1048576]);
});

test("the wait grows to ten minutes and is spread over all of it", () => {
  assert.deepEqual(
    [1, 2, 3, 30].map((failures) => backoff(failures, 1)),
    [2_000, 4_000, 8_000, 600_000],
  );
  assert.equal(backoff(5, 0), 0);
});

test("the server's own wait is kept, and up to a fifth more", () => {
  assert.equal(retryAfter("30", 0, 0), 30_000);
  assert.equal(retryAfter("30", 0, 1), 36_000);
  assert.equal(retryAfter("Sun, 22 Nov 2026 00:01:00 GMT", Date.UTC(2026, 10, 22), 0), 60_000);
  assert.equal(retryAfter(null, 0, 0), null);
  assert.equal(retryAfter("soon", 0, 0), null);
});

for (const [status, code, what] of /** @type {const} */ ([
  [401, "signed-out", "signed-out"],
  [409, "wrong-user", "wrong-user"],
  [409, "epoch-changed", "epoch"],
  [400, "bad-json", "split"],
  [413, "too-large", "split"],
  [422, "bad-request", "split"],
  [403, "cross-site", "wait"],
  [403, "device-revoked", "wait"],
  [429, "", "wait"],
  [503, "storage-full", "wait"],
  [500, "", "wait"],
  [0, "no-network", "wait"],
])) {
  test(`${status} ${code}: ${what}`, () => assert.equal(afterFailure(status, code), what));
}

test("on the phone, sent, compared", () => {
  const own = { own: true, n: 3, answered: false };
  assert.equal(opMark(own, { through: 0, verified: 0 }), "on-phone");
  assert.equal(opMark({ ...own, answered: true }, { through: 2, verified: 2 }), "sent");
  assert.equal(opMark({ ...own, answered: true }, { through: 3, verified: 3 }), "verified");
  assert.equal(opMark({ ...own, own: false }, { through: 0, verified: 0 }), "verified");
  assert.equal(photoMark("verified", { complete: false, offset: 9 }), "on-phone");
  assert.equal(photoMark("sent", { complete: true, offset: 9 }), "sent");
  assert.equal(least(["verified", "on-phone", "sent"]), "on-phone");
  assert.equal(least([]), null);
});

test("lan can and lan cân find Lan can; đ is d", () => {
  for (const query of ["lan can", "lan cân", "CAN lan", "luoi che", ""]) {
    assert.ok(matches("Lan can, lưới che đầy đủ ở mép sàn", query), query);
  }
  assert.ok(!matches("Lan can", "giàn"));
  assert.equal(fold("  Đường   Điện "), "duong dien");
});

test("metres by the great circle", () => {
  const thaiNguyen = { lat: 21.5942, lon: 105.8482 };
  assert.equal(Math.round(distance(thaiNguyen, thaiNguyen)), 0);
  assert.ok(Math.abs(distance(thaiNguyen, { lat: 21.0285, lon: 105.8542 }) - 62_906) < 100);
  assert.equal(sayDistance(640), "640 m");
  assert.equal(sayDistance(1_540), "1,5 km");
});

test("warnings speak and never block", () => {
  const document = /** @type {any} */ ({
    site: { lat: 21.5942, lon: 105.8482 },
    province: { min_lat: 21.3, min_lon: 105.4, max_lat: 22.8, max_lon: 106.3 },
  });
  const near = { lat: 21.5943, lon: 105.8482, accuracy: 8, time: 1_000 };
  assert.deepEqual(warnings(near, document, 2_000), []);
  assert.equal(distanceTo(near, document), 11);
  const hanoi = { lat: 21.0285, lon: 105.8542, accuracy: 900, time: 0 };
  const codes = warnings(hanoi, document, 600_000).map(({ code }) => code);
  assert.deepEqual(codes, ["outside-province", "poor-accuracy", "old-fix", "far"]);
  assert.equal(distanceTo(near, /** @type {any} */ ({ site: { lat: null, lon: null } })), null);
});

test("a fix in an operation is rounded to what it means", () => {
  assert.deepEqual(asGps({ lat: 21.59421234567, lon: 105.8, accuracy: 8.26, time: 5.4 }), [21.594212, 105.8, 8.3, 5]);
});

test("ids sort as they were made, also within a millisecond and when the clock goes back", () => {
  const ids = Array.from({ length: 5_000 }, (_, at) => uuid7(at < 2_500 ? 1_795_651_200_000 : 1_795_000_000_000));
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, ids.length);
  assert.match(ids[0] ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("the size of a JPEG from its header, past what stands before it", () => {
  const app1 = [0xff, 0xe1, 0x00, 0x06, 1, 2, 3, 4];
  const frame = [0xff, 0xc2, 0x00, 0x11, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  assert.deepEqual(jpegSize(Uint8Array.from([0xff, 0xd8, ...app1, 0xff, ...frame])), { w: 4000, h: 3000 });
  assert.equal(jpegSize(Uint8Array.from([0x89, 0x50, 0x4e, 0x47])), null);
  assert.equal(jpegSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xd9])), null);
});

test("wrong PINs: three are free, then it doubles to a quarter of an hour", () => {
  assert.deepEqual([0, 2, 3, 4, 5, 99].map(waitAfter), [0, 0, 5_000, 10_000, 20_000, 900_000]);
});

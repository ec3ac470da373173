// The phones of a simulation as a process: one line of JSON with commands comes in, one line with what happened goes out.

import { readSync, writeSync } from "node:fs";

import { settle } from "./tasks.js";
import { World } from "./world.js";

/** @type {World} */
let world = new World("", 0);

// A browser writes these into its console and goes on; most come from pages that were killed.
process.on("unhandledRejection", (reason) => world.tell({ t: "unhandled", message: String(reason) }));

const block = Buffer.alloc(1 << 20);
/** @type {Uint8Array} */
let rest = new Uint8Array(0);

/** @returns {string | null} null: nobody will say anything any more */
function nextLine() {
  const parts = [rest];
  for (;;) {
    const last = /** @type {Uint8Array} */ (parts.at(-1));
    const end = last.indexOf(10);
    if (end >= 0) {
      rest = last.subarray(end + 1);
      parts[parts.length - 1] = last.subarray(0, end);
      return Buffer.concat(parts).toString();
    }
    const count = readSync(0, block, 0, block.length, null);
    if (count === 0) return null;
    parts.push(Buffer.from(block.subarray(0, count)));
  }
}

/** @param {unknown} value */
function say(value) {
  /** @type {Uint8Array} */
  let line = Buffer.from(`${JSON.stringify(value)}\n`);
  while (line.length > 0) line = line.subarray(writeSync(1, line));
}

for (let line = nextLine(); line !== null; line = nextLine()) {
  for (const order of JSON.parse(line)) {
    if (order.do === "world") {
      await world.end();
      world = new World(order.seed, order.now);
    } else await world.take(order);
  }
  await settle();
  say(world.news());
}

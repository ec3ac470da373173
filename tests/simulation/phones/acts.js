// What a person does with a phone, done through the same functions that the screens call.

import { bytesOf } from "./bytes.js";

/** @typedef {import("./life.js").Life} Life */

const field = (/** @type {Life} */ life) => life.load("sync/field.js");

export const acts = {
  /** @param {Life} life @param {{ username: string, password: string }} who */
  async signIn(life, { username, password }) {
    const { signIn } = await life.load("sync/session.js");
    const { user } = await signIn(username, password);
    const { somebody } = await life.load("sync/here.js");
    return { user: user.id, device: somebody().person.device };
  },

  /** @param {Life} life @param {{ insp: string }} where */
  async begin(life, { insp }) {
    await (await field(life)).begin(insp);
    return {};
  },

  /** @param {Life} life @param {{ insp: string, draft: any }} what */
  async write(life, { insp, draft }) {
    const { visit: open, write } = await field(life);
    const seen = standing((await open(insp)).state, draft);
    const { op, visit } = await write(insp, draft);
    const stands = standing(visit.state, draft);
    // What was on the screen and what this person has just replaced by it.
    return { op, left: seen?.filter((/** @type {string} */ id) => stands?.includes(id)) };
  },

  /** @param {Life} life @param {{ insp: string, item: string, bytes: string }} what */
  async photo(life, { insp, item, bytes }) {
    const { Blob } = /** @type {any} */ (life.context);
    const picture = new Blob([Buffer.from(bytes, "base64")], { type: "image/jpeg" });
    return (await field(life)).addPhoto(insp, item, picture, "camera");
  },

  /** @param {Life} life @param {{ insp: string }} where */
  async submit(life, { insp }) {
    return (await field(life)).submit(insp, "5".repeat(64));
  },

  /** @param {Life} life */
  async sync(life) {
    const state = await (await field(life)).syncNow();
    return { ...state };
  },

  /** The list of visits. @param {Life} life */
  async visits(life) {
    const rows = await (await field(life)).visits();
    return rows.map((/** @type {any} */ { id, gone, document, held, unsent }) => ({
      id,
      gone,
      state: document.state,
      held,
      unsent,
    }));
  },

  /** What the screens of one visit say. @param {Life} life @param {{ insp: string }} where */
  async view(life, { insp }) {
    const { state, tally, held } = await (await field(life)).visit(insp);
    const answers = Object.entries(state.answers).map(([item, { state: agreement, heads }]) => [
      item,
      { agreement, heads: ids(heads) },
    ]);
    const notes = Object.entries(state.notes).map(([item, { heads }]) => [item, ids(heads)]);
    const photos = Object.values(state.photos).flatMap((list) => ids(list));
    return { answers: Object.fromEntries(answers), notes: Object.fromEntries(notes), photos, tally, held: held.length };
  },

  /** The page has been open for a moment: it takes its ballast on board. @param {Life} life */
  async ballast(life) {
    return { taken: await (await life.load("store/phone.js")).takeBallast() };
  },

  /** The file of everything unsent. @param {Life} life */
  async exported(life) {
    const { blob } = await (await field(life)).exportUnsent();
    return { bytes: bytesOf(blob).toString("base64") };
  },
};

/** @param {any} state @param {any} draft */
function standing(state, { k, i }) {
  if (k === "answer") return ids(state.answers[i]?.heads);
  if (k === "comment") return ids(state.notes[i]?.heads);
  if (k === "finding") return ids(state.findings[i]?.heads);
  return null;
}

/** @param {{ id: string }[] | undefined} heads */
function ids(heads) {
  return (heads ?? []).map(({ id }) => id);
}

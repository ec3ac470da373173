// What begins when somebody is here and ends when they leave: sending, drafts, news from other tabs, the rescue.

import { Trouble } from "../core/trouble.js";
import { rescueDone, rescuedFor } from "../store/emergency.js";
import { retryHelp } from "../store/outbox.js";
import { startDrafts } from "./drafts.js";
import { onElsewhere, tell } from "./events.js";
import { current, somebody } from "./here.js";
import { forgetAll } from "./live.js";
import { wroteElsewhere } from "./news.js";
import { forgetPictures } from "./pictures.js";
import { hope, recountUnsent, rest, startRunner } from "./runner.js";
import { share, write } from "./writing.js";

let isStarted = false;

export async function startField() {
  if (!isStarted) {
    isStarted = true;
    startRunner();
    startDrafts();
    onElsewhere((event) => void hear(event).catch(reportError));
  }
  forgetAll();
  await writeRescued();
  void begin().catch(reportError);
}

/** Behind the first screen. */
async function begin() {
  await recountUnsent();
  const here = somebody();
  if (!here) return;
  // What waits for help gets one more try with each start: the server may have been mended.
  await retryHelp(here.db);
  hope();
}

export function leaveField() {
  rest();
  forgetAll();
  forgetPictures();
}

/** @param {import("../types.d.ts").AppEvent} event */
async function hear(event) {
  if (!somebody()) return;
  if (event.kind === "visit") {
    share(event.id);
    await wroteElsewhere(event.id);
  }
  tell(event);
}

/** What did not fit the last time is written now, in its order; what still does not fit waits on. */
async function writeRescued() {
  const { person } = current();
  for (const rescued of rescuedFor(person.id)) {
    try {
      await write(rescued.insp, rescued.draft, { rescued: true });
      rescueDone(person.id, rescued);
    } catch (error) {
      reportError(error);
      // Where nothing fits, the rest does not either. One that has another trouble must not hold up those behind it.
      if (error instanceof Trouble && error.code === "storage-failing") return;
    }
  }
}

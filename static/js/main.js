// The field application: who is at the phone, which screen stands on it, and what is said above every screen.

import { bannersOf } from "./screens/banners.js";
import { failedScreen, sentenceOf } from "./screens/failure.js";
import { applyTheme } from "./screens/theme.js";
import { keepOffline, offlineReady, openApp, prepare, signedInUser, subscribe } from "./sync/session.js";
import { fill, h } from "./ui/element.js";
import { notice } from "./ui/notice.js";
import { stepClosesSheet } from "./ui/sheet.js";

/**
 * @typedef {import("./types.d.ts").User} User
 * @typedef {import("./types.d.ts").AppEvent} AppEvent
 * @typedef {import("./screens/frame.js").Screen} Screen
 * @typedef {import("./screens/frame.js").OpenScreen} OpenScreen
 */

/** Screens after the gate; each is fetched when it is first opened. @type {[RegExp, () => Promise<{ open: OpenScreen }>][]} */
const ROUTES = [
  [/^#\/visit\/([^/]+)\/check\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/, () => import("./screens/checklist.js")],
  [/^#\/visit\/([^/]+)\/review$/, () => import("./screens/review.js")],
  [/^#\/visit\/([^/]+)\/sign(?:\/([a-z]+))?$/, () => import("./screens/sign.js")],
  [/^#\/visit\/([^/]+)\/read(?:\/([a-z]+))?$/, () => import("./screens/read.js")],
  [/^#\/visit\/([^/]+)\/send$/, () => import("./screens/send.js")],
  [/^#\/visit\/([^/]+)$/, () => import("./screens/visit.js")],
  [/^#\/device$/, () => import("./screens/device.js")],
  [/^/, () => import("./screens/work.js")],
];

/** The list of visits first, then everything that works without network: on 2G one would slow down the other. */
const AFTER_THE_LIST = 1_500;

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
let said = "";
const banners = h("aside", { class: "banners", "aria-label": "Thông báo" });
const stage = h("div", { class: "stage" });
const spoken = h("p", { class: "toast", role: "status" });

/** @type {Map<string, number>} */
const scrolled = new Map();
/** @type {Screen | null} */
let current = null;
let shownHash = "";
let isInside = false;
/** Who was inside before, to whom the address in the browser belongs. */
let lastInside = "";
let hasUpdate = false;
let isRevoked = false;
let waiting = 0;
let turn = 0;
/** @type {string | null} */
let storageMessage = null;
/** @type {User[]} */
let users = [];
/** @type {import("./types.d.ts").Capability | null} */
let fitness = null;

/** @type {import("./screens/frame.js").Shell} */
const shell = {
  go(hash) {
    if (location.hash === hash) void render();
    else location.hash = hash;
  },
  back() {
    history.back();
  },
  trouble: sayTrouble,
  announce(text) {
    spoken.textContent = text;
    setTimeout(() => {
      if (spoken.textContent === text) spoken.textContent = "";
    }, 8000);
  },
};

// --- the screens after the gate ------------------------------------------------------------------

async function render() {
  const hash = location.hash;
  turn += 1;
  const mine = turn;
  if (shownHash && current) scrolled.set(shownHash, window.scrollY);
  stage.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => {
    if (mine === turn && !current) fill(stage, h("p", { class: "hint loading" }, "Đang mở từ bộ nhớ của máy…"));
  }, 300);
  try {
    const screen = await opened(hash);
    if (mine !== turn || !isInside) screen.close?.();
    else put(screen, hash);
  } catch (error) {
    if (mine === turn)
      put(
        failedScreen(error, shell, () => void render()),
        hash,
      );
  } finally {
    clearTimeout(slow);
    stage.removeAttribute("aria-busy");
  }
}

/** @param {string} hash */
async function opened(hash) {
  for (const [pattern, load] of ROUTES) {
    const found = pattern.exec(hash);
    if (found)
      return (await load()).open(
        found.slice(1).map((each) => each && decodeURIComponent(each)),
        shell,
      );
  }
  throw new Error(`no screen for ${hash}`);
}

/**
 * @param {Screen} screen
 * @param {string} hash
 */
function put(screen, hash) {
  current?.close?.();
  const isFirst = shownHash === "";
  current = screen;
  shownHash = hash || "#/";
  fill(stage, screen.element);
  document.title = screen.title;
  window.scrollTo(0, scrolled.get(hash) ?? 0);
  if (!isFirst) document.getElementById("page")?.focus({ preventScroll: true });
  screen.shown?.();
  drawBanners();
}

// --- what is said above every screen ---------------------------------------------------------------

/** Drawn anew only when they say something else: a button that is replaced under a thumb never hears of the tap. */
function drawBanners() {
  const user = isInside ? signedInUser() : null;
  const told = { user, waiting, hasUpdate: isInside && hasUpdate, isRevoked: isInside && isRevoked, storageMessage };
  const saying = JSON.stringify({ ...told, waiting: user?.session === "expired" && waiting });
  if (saying === said) return;
  said = saying;
  fill(banners, bannersOf(told, { signIn: (again) => void signInGate(again), shell }));
}

/** @param {unknown} error */
function sayTrouble(error) {
  const page = notice(
    {
      tone: "bad",
      title: sentenceOf(error),
      actions: [
        { label: "Đã hiểu", do: () => page.remove() },
        { label: "Máy và dữ liệu", do: () => shell.go("#/device") },
      ],
    },
    "banner",
  );
  page.setAttribute("role", "alert");
  page.classList.add("trouble");
  root.querySelector(".trouble")?.remove();
  root.append(page);
}

// --- the gate ------------------------------------------------------------------------------------

/** @param {Element} screen */
function standAtGate(screen) {
  turn += 1;
  isInside = false;
  current?.close?.();
  current = null;
  shownHash = "";
  fill(banners);
  said = "";
  fill(stage, screen);
  document.title = "Kiểm tra ATVSLĐ";
  screen.querySelector("input")?.focus();
}

function enter() {
  isInside = true;
  const { id = "" } = signedInUser() ?? {};
  // What a colleague had open on this phone is theirs: whoever comes after them begins at the own work.
  if (lastInside && lastInside !== id) {
    scrolled.clear();
    history.replaceState(null, "", "#/");
  }
  lastInside = id;
  void render().then(() => setTimeout(() => void becomeWhole().catch(sayTrouble), AFTER_THE_LIST));
  void recallCapture();
}

async function becomeWhole() {
  await keepOffline();
  if (await offlineReady()) await readAhead();
}

async function readAhead() {
  await (await import("./screens/ahead.js")).readAhead();
}

/** @param {User | null} again the person whose session has ended; null at the start */
async function signInGate(again) {
  const { signInScreen } = await import("./screens/sign_in.js");
  standAtGate(
    signInScreen({
      again,
      users: again ? [] : users,
      capability: fitness,
      done: ({ askPin }) => (askPin ? void setPinGate() : enter()),
      unlock: again ? null : (user) => void unlockGate(user),
      back: again ? enter : null,
    }),
  );
  if (!again) comeNearer();
}

/** @param {User} user */
async function unlockGate(user) {
  const { unlockScreen } = await import("./screens/pin.js");
  const others = users.filter(({ id }) => id !== user.id);
  const password = () => void signInGate(null);
  standAtGate(unlockScreen(user, { done: enter, password, others, unlock: (other) => void unlockGate(other) }));
  comeNearer(user.id);
}

/**
 * What is behind the gate is fetched while somebody types, but not before they can.
 * @param {string} [id] whose PIN it is
 */
function comeNearer(id) {
  const fetchNext = async () => {
    await prepare(id);
    await import("./screens/work.js");
  };
  // Without network this fails, and coming in says so.
  requestAnimationFrame(() => setTimeout(() => void fetchNext().catch(() => {})));
}

async function setPinGate() {
  const { setPinScreen } = await import("./screens/pin.js");
  standAtGate(setPinScreen(enter));
}

/** The camera killed the application: go back to the item the photo was meant for. */
async function recallCapture() {
  const { placeOfCapture } = await import("./screens/recall.js");
  const hash = await placeOfCapture();
  if (hash) shell.go(hash);
}

/** @param {AppEvent} event */
function hear(event) {
  if (event.kind === "update") hasUpdate = event.ready;
  if (event.kind === "sync") {
    isRevoked = event.state.revoked;
    waiting = event.state.unsent.ops + event.state.unsent.photos;
  }
  if (event.kind === "offline") void readAhead().catch(sayTrouble);
  if (event.kind === "storage") storageMessage = event.level === "ok" ? null : event.message;
  if (event.kind === "session" && (event.why === "locked" || event.why === "signed-out")) {
    void leave(event.user ?? null);
    return;
  }
  current?.hear?.(event);
  if (event.kind !== "visit" && event.kind !== "visits") drawBanners();
}

/** @param {User | null} user */
async function leave(user) {
  const app = await openApp();
  users = app.users;
  const at = user ?? app.user;
  if (app.screen === "unlock" && at) await unlockGate(at);
  else await signInGate(null);
}

async function start() {
  applyTheme();
  history.scrollRestoration = "manual";
  fill(root, banners, stage, spoken);
  subscribe(hear);
  const app = await openApp();
  users = app.users;
  fitness = app.capability;
  lastInside = app.user?.id ?? "";
  window.addEventListener("popstate", (event) => stepClosesSheet(event.state));
  window.addEventListener("hashchange", () => {
    if (isInside && location.hash !== shownHash) void render();
  });
  if (app.screen === "field") enter();
  else if (app.screen === "unlock" && app.user) await unlockGate(app.user);
  else if (app.screen === "unable" && app.capability)
    standAtGate((await import("./screens/unable.js")).unableScreen(app.capability));
  else await signInGate(null);
}

start().catch((error) => {
  fill(
    root,
    notice({
      tone: "bad",
      title: "Ứng dụng chưa mở được.",
      text: sentenceOf(error),
    }),
  );
});

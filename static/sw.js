// Starts the phone app without network: keeps its files, each checked by its hash, and touches nothing else.
// The server writes one line in front: self.SHELL = {build, files: [[address, SHA-256], …], packs: [[address,
// SHA-256], [address, SHA-256]]}: what signing in opens, and what the list of visits opens.

/** @typedef {{ build: string, files: [string, string][], packs: [[string, string], [string, string]] }} Shell */

const scope = /** @type {ServiceWorkerGlobalScope & { SHELL: Shell }} */ (/** @type {unknown} */ (self));
const { build, files, packs } = scope.SHELL;
const [next, rest] = packs;
const PREFIX = "shell-";
const CACHE = `${PREFIX}${build}`;
const PAGE = "/field/";
// Next to the names, because caches do not say which of them is the older one.
const ORDER = "/order";

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));

scope.addEventListener("message", (event) => {
  // Only when the page says so: a new version must not come into the middle of a half-typed note.
  if (event.data === "SKIP_WAITING") void scope.skipWaiting();
  // The list of visits stands: now everything it opens.
  if (event.data === "REST") /** @type {ExtendableEvent} */ (event).waitUntil(takeRest());
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // What changes something is never held, repeated or answered here: the page knows what was answered and what not.
  if (request.method !== "GET" || url.origin !== scope.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    if (url.pathname === PAGE || url.pathname === "/field") event.respondWith(page(request));
  } else if (url.pathname.startsWith("/assets/") || url.pathname === "/app.webmanifest") {
    event.respondWith(asset(request));
  }
});

// Background Sync wakes the pages; they do the work, because only they know who is signed in.
scope.addEventListener("sync", (event) => /** @type {ExtendableEvent} */ (event).waitUntil(wake()));

// Says only that there is something: what it is stands behind the lock of the app. Never anything of the message itself.
scope.addEventListener("push", (event) => /** @type {PushEvent} */ (event).waitUntil(announce()));
scope.addEventListener("notificationclick", (event) => {
  const { notification } = /** @type {NotificationEvent} */ (event);
  notification.close();
  /** @type {ExtendableEvent} */ (event).waitUntil(comeForward());
});

async function announce() {
  const said = { body: "Có việc mới. Mở ứng dụng để xem.", tag: "news", lang: "vi" };
  await scope.registration.showNotification("Kiểm tra ATVSLĐ", said);
  await wake();
}

async function comeForward() {
  const [open] = await scope.clients.matchAll({ type: "window" });
  await (open ? open.focus() : scope.clients.openWindow(PAGE));
}

async function wake() {
  for (const client of await scope.clients.matchAll({ type: "window" })) client.postMessage("sync");
}

/**
 * A new version comes whole or not at all: with one file missing the old one stays. The very first comes in two steps,
 * because on 2G somebody waits for the list of visits.
 */
async function install() {
  const isFirst = !(await caches.keys()).some((name) => name.startsWith(PREFIX));
  const cache = await caches.open(CACHE);
  try {
    await Promise.all([unpack(cache, next), ...files.map(([url, sha256]) => keep(cache, url, sha256))]);
    if (!isFirst) await unpack(cache, rest);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/**
 * @param {Cache} cache
 * @param {string} url
 * @param {string} sha256
 */
async function keep(cache, url, sha256) {
  // What the page loaded a moment ago under an address that never changes needs no second download: the hash decides.
  if (url.startsWith("/assets/")) {
    const held = await fetch(url, { credentials: "omit" });
    if (held.ok && (await hashOf(held.clone())) === sha256) return cache.put(url, held);
  }
  return cache.put(url, await fetched(url, sha256));
}

/**
 * What is here is left alone. The browser writes down which caches there are some seconds late: after a battery that died
 * in between, the worker is there and its files are not, and nothing but this brings them back.
 */
async function takeRest() {
  const cache = await caches.open(CACHE);
  for (const [url, sha256] of files) if (!(await cache.match(url))) await keep(cache, url, sha256);
  for (const pack of packs) if (!(await cache.match(pack[0]))) await unpack(cache, pack);
  for (const client of await scope.clients.matchAll({ type: "window" })) client.postMessage("complete");
}

/**
 * Many files in one: [[path, type, text], …]. Its own address, kept last and empty, says that all of them are here.
 * @param {Cache} cache
 * @param {[string, string]} pack
 */
async function unpack(cache, [url, sha256]) {
  const response = await fetched(url, sha256);
  const folder = url.slice(0, url.lastIndexOf("/") + 1);
  for (const [path, type, text] of /** @type {[string, string, string][]} */ (await response.json())) {
    const headers = { "Content-Type": type, "Content-Security-Policy": "default-src 'none'; script-src 'self'" };
    await cache.put(folder + path, new Response(text, { headers }));
  }
  await cache.put(url, new Response(""));
}

/**
 * @param {string} url
 * @param {string} sha256
 */
async function fetched(url, sha256) {
  const response = await fetch(url, { cache: "reload", credentials: "omit" });
  if (!response.ok || response.redirected) throw new Error(`${url}: ${response.status}`);
  if ((await hashOf(response.clone())) !== sha256) throw new Error(`${url}: other bytes than this version has`);
  return response;
}

/** @param {Response} response */
async function hashOf(response) {
  const hash = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Two versions stay: this one, and the one before it for tabs that still run it. Never IndexedDB. */
async function activate() {
  const order = await caches.open("order");
  const before = /** @type {string[]} */ (await (await order.match(ORDER))?.json()) ?? [];
  const kept = [CACHE, ...before.filter((name) => name !== CACHE)].slice(0, 2);
  await order.put(ORDER, new Response(JSON.stringify(kept)));
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && !kept.includes(name)) await caches.delete(name);
  }
  // The first time there is no old version whose page could be disturbed: what follows is already safe from the network.
  if (before.length === 0) await scope.clients.claim();
}

/** Opened once: eighty files are asked for at each start. @type {Promise<Cache> | null} */
let own = null;

function ownCache() {
  own ??= caches.open(CACHE);
  return own;
}

/**
 * Where this version's files went with a battery that died, the page of the version before serves; without any, the network.
 * @param {Request} request
 */
async function page(request) {
  const found = await (await ownCache()).match(PAGE, { ignoreVary: true });
  return found ?? (await caches.match(PAGE, { ignoreVary: true })) ?? fetch(request);
}

/** @param {Request} request */
async function asset(request) {
  const found = await (await ownCache()).match(request, { ignoreVary: true });
  // A tab that still runs the version before finds its files in the other cache.
  return found ?? (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

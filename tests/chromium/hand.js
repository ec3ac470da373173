// What a person does on the checklist, by lot, and what the screen tells them meanwhile. Runs in the page under test.

(() => {
  const page = /** @type {any} */ (globalThis);
  const WORDS = new Set(["trên máy", "đã gửi", "đã đối chiếu"]);
  /** What was told of each item, to say each thing once. @type {Map<string, string>} */
  const told = new Map();

  /** @param {Element} item */
  function look(item) {
    const name = item.getAttribute("data-item") ?? "";
    const thumbs = [...item.querySelectorAll(".thumb-state")].filter((each) => WORDS.has(each.textContent ?? ""));
    tellOnce("photos", name, String(thumbs.length));
    const word = item.querySelector(".item-body:not([hidden]) .word")?.textContent ?? "";
    const pressed = item.querySelector('.item-body:not([hidden]) .answer[aria-pressed="true"] > span');
    if (pressed && WORDS.has(word)) tellOnce("answer", name, pressed.textContent ?? "");
  }

  /**
   * @param {"answer" | "photos"} kind
   * @param {string} item
   * @param {string} said
   */
  function tellOnce(kind, item, said) {
    const key = `${kind} ${item}`;
    if ((told.get(key) ?? "0") === said) return;
    told.set(key, said);
    void page.hear(kind, item, said);
  }

  // Attributes and texts alike: whatever a person could read is looked at when it changes.
  new MutationObserver((changes) => {
    /** @type {Set<Element>} */
    const items = new Set();
    for (const { target } of changes) {
      const from = target instanceof Element ? target : target.parentElement;
      const item = from?.closest("article.item");
      if (item) items.add(item);
      else if (target instanceof Element) for (const each of target.querySelectorAll("article.item")) items.add(each);
    }
    for (const each of items) look(each);
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

  /** @param {number} seed */
  function chance(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  const wait = (/** @type {number} */ time) => new Promise((resolve) => setTimeout(resolve, time));

  /**
   * Works until the browser dies.
   * @param {{ seed: number, photos: number, pause: number, names: string[] }} how photos: how often a photo is added, of
   *   one; pause: at most so many ms between two things; names: the items
   */
  page.work = async ({ seed, photos, pause, names }) => {
    const random = chance(seed);
    for (let count = 0; ; count += 1) {
      const name = names[Math.floor(random() * names.length)];
      const item = document.querySelector(`article.item[data-item="${name}"]`);
      if (item) {
        if (random() < photos) await addPhoto(item, random);
        else if (random() < 0.2) note(item, `Ghi chú ${seed}-${count}`);
        else answer(item, random);
      }
      await wait(random() * pause);
    }
  };

  /**
   * @param {Element} item
   * @param {() => number} random
   */
  function answer(item, random) {
    const fold = item.querySelector(".fold:not([hidden])");
    if (fold instanceof HTMLElement) fold.click();
    const others = [...item.querySelectorAll('.answer:not(:disabled)[aria-pressed="false"]')];
    const button = others[Math.floor(random() * others.length)];
    if (button instanceof HTMLElement) button.click();
  }

  /**
   * @param {Element} item
   * @param {string} text
   */
  function note(item, text) {
    const field = item.querySelector(".note textarea");
    if (!(field instanceof HTMLTextAreaElement) || field.disabled) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /**
   * Through the same field the gallery answers into.
   * @param {Element} item
   * @param {() => number} random
   */
  async function addPhoto(item, random) {
    const button = [...item.querySelectorAll(".photo-tools button")].find((each) => each.textContent === "Thư viện");
    const input = document.querySelector("input.chooser[multiple]");
    if (!(button instanceof HTMLElement) || !(input instanceof HTMLInputElement)) return;
    const canvas = new OffscreenCanvas(320 + Math.floor(random() * 320), 480);
    const context = canvas.getContext("2d");
    if (!context) return;
    for (let stripe = 0; stripe < 40; stripe += 1) {
      context.fillStyle = `hsl(${Math.floor(random() * 360)} 80% 50%)`;
      context.fillRect(random() * canvas.width, random() * canvas.height, random() * 200, random() * 200);
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    input.click = () => {}; // no window of the system opens over a browser without a screen
    button.click();
    await wait(30); // the intention is on the disk before the gallery opens
    const files = new DataTransfer();
    files.items.add(new File([blob], "anh.jpg", { type: "image/jpeg" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {IDBRequest} request @returns {Promise<any>} */
  function done(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /**
   * What is on the disk of one visit, read past the app.
   * @param {{ user: string, insp: string }} of
   */
  page.disk = async ({ user, insp }) => {
    const db = await done(indexedDB.open(`inspect-work-${user}`));
    const tx = db.transaction(["ops", "outbox", "chains", "photos", "confirmed", "bytes"]);
    const range = IDBKeyRange.bound([insp], [insp, []]);
    const [ops, outbox, chain, photos, confirmed] = await Promise.all([
      done(tx.objectStore("ops").index("visit").getAll(insp)),
      done(tx.objectStore("outbox").getAll(range)),
      done(tx.objectStore("chains").get(insp)),
      done(tx.objectStore("photos").getAll(range)),
      done(tx.objectStore("confirmed").get(insp)),
    ]);
    /** @type {Record<string, string>} */
    const bytes = {};
    for (const { sha } of photos) {
      const found = await done(db.transaction("bytes").objectStore("bytes").get(sha));
      if (!found) continue;
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", found));
      bytes[sha] = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    db.close();
    const own = ops.filter((/** @type {any} */ row) => row.own);
    return {
      ops: own.map((/** @type {any} */ { id, n, op, head, answered }) => ({ id, n, op, head, answered })),
      waiting: outbox.map((/** @type {any} */ { id }) => id),
      chain: chain ?? null,
      photos: photos.map((/** @type {any} */ { sha, complete }) => ({ sha, complete })),
      confirmed: confirmed ?? null,
      bytes,
    };
  };

  /** The answers as the screen shows them, open and folded; null: two that differ. */
  page.shown = () => {
    /** @type {Record<string, string | null>} */
    const said = {};
    for (const item of document.querySelectorAll("article.item")) {
      const pressed = item.querySelector('.item-body:not([hidden]) .answer[aria-pressed="true"] > span');
      const folded = item.querySelector(".fold:not([hidden]) .fold-said");
      const isConflict = item.getAttribute("data-verdict") === "conflict";
      said[item.getAttribute("data-item") ?? ""] = isConflict ? null : ((pressed ?? folded)?.textContent ?? "");
    }
    return said;
  };
})();

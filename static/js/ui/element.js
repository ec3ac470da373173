// Makes elements; text goes in as text nodes only, so nothing a person wrote can become markup.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An element with attributes, listeners ("onclick": function) and children; false and null are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [attributes] `class`, `data-…`, `aria-…`, boolean properties, `on…` listeners
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) set(element, name, value);
  element.append(...present(children));
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") {
    element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  } else if (name === "value" && "value" in element) {
    element.value = value;
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  const kept = [];
  for (const each of children.flat()) {
    if (each === null || each === undefined || each === false) continue;
    kept.push(typeof each === "number" ? String(each) : each);
  }
  return kept;
}

/**
 * Replaces what is inside an element.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

/**
 * Writes text only when it differs: an untouched node costs no layout.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Shows or hides.
 * @param {HTMLElement} element
 * @param {boolean} isShown
 */
export function show(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

/**
 * Tells whoever wires this piece what the person meant.
 * @param {EventTarget} element
 * @param {string} name
 * @param {unknown} [detail]
 */
export function tell(element, name, detail) {
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/**
 * @template T
 * @param {EventTarget} element
 * @param {string} name
 * @param {(detail: T, event: CustomEvent<T>) => void} then
 */
export function listen(element, name, then) {
  element.addEventListener(name, (event) => {
    const told = /** @type {CustomEvent<T>} */ (event);
    then(told.detail, told);
  });
}

let count = 0;

/** An id for `aria-labelledby`, `for` and the like. */
export function freshId() {
  count += 1;
  return `e${count}`;
}

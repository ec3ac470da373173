// Walks the rows of a list: j and k move, Enter opens, / goes to the search box.

/** @param {Document} page */
export function walkRows(page) {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === "/") {
      focusSearch(page, event);
    } else if (event.key === "j" || event.key === "k") {
      move(page, event.key === "j" ? 1 : -1);
    }
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
}

/**
 * @param {Document} page
 * @param {KeyboardEvent} event
 */
function focusSearch(page, event) {
  const box = page.querySelector("[data-search]");
  if (box instanceof HTMLInputElement) {
    event.preventDefault();
    box.focus();
    box.select();
  }
}

/**
 * The focus itself goes to the row's link, so Enter opens it and a screen reader reads it.
 *
 * @param {Document} page
 * @param {1 | -1} step
 */
function move(page, step) {
  const rows = [...page.querySelectorAll("table[data-rows] tr[data-href]")];
  const here = rows.findIndex((row) => row.getAttribute("aria-current") === "true" || row.matches(":focus-within"));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  if (next === undefined) {
    return;
  }
  for (const row of rows) {
    row.removeAttribute("aria-current");
  }
  next.setAttribute("aria-current", "true");
  const link = next.querySelector("a");
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

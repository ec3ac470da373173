// Cards of a plan can be dragged to another column or month; their buttons and selects do the same without this file.

/** @typedef {{ line: string, version: string }} Dragged */

/** @type {Dragged | null} */
let dragged = null;

for (const card of document.querySelectorAll("[data-line]")) {
  if (card instanceof HTMLElement) mayBeDragged(card);
}
for (const place of document.querySelectorAll("[data-column], [data-starts-on]")) {
  if (place instanceof HTMLElement) takesCards(place);
}

/** @param {HTMLElement} card */
function mayBeDragged(card) {
  card.draggable = true;
  card.addEventListener("dragstart", (event) => {
    dragged = { line: card.dataset.line ?? "", version: card.dataset.version ?? "" };
    event.dataTransfer?.setData("text/plain", card.dataset.line ?? "");
  });
  card.addEventListener("dragend", () => {
    dragged = null;
  });
}

/** @param {HTMLElement} place */
function takesCards(place) {
  place.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (dragged) send(dragged, place);
  });
}

/**
 * The page's own form carries the move, so the server's answer is the same as for a button.
 *
 * @param {Dragged} card
 * @param {HTMLElement} place
 */
function send(card, place) {
  const form = document.getElementById("moved");
  if (!(form instanceof HTMLFormElement)) return;
  const { column = "", startsOn = "", span = "month" } = place.dataset;
  const fields = { version: card.version, column, starts_on: startsOn, span };
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
  form.action = `/desk/plans/lines/${card.line}`;
  form.submit();
}

// The icons: strokes on a grid of 24, drawn in the colour of the text beside them.

const PATHS = {
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  check: "M4.5 12.5l5 5 10-11",
  cross: "M6 6l12 12M18 6L6 18",
  dash: "M5 12h14",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  note: "M5 20h14M6 16l1-4 9-9 3 3-9 9z",
  pin: "M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11zM12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  phone: "M6 3h4l2 5-3 2a12 12 0 0 0 5 5l2-3 5 2v4c0 2-2 3-4 3A16 16 0 0 1 3 7c0-2 1-4 3-4z",
  map: "M9 5L3 7v12l6-2 6 2 6-2V5l-6 2zM9 5v12M15 7v12",
  law: "M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
  send: "M4 12l16-8-6 16-3-6z",
  device: "M7 3h10v18H7zM11 18h2",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  stop: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM8 12h8",
  warn: "M12 4l9 16H3zM12 10v4M12 17v.01",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2",
  sent: "M4 13l4 4 9-10",
  matched: "M2 13l4 4 8-9M11 16l1 1 9-10",
  held: "M6 3h12M6 21h12M7 3c0 5 10 5 10 9s-10 4-10 9M17 3c0 5-10 5-10 9s10 4 10 9",
  sign: "M3 19h18M5 15c4-8 7-12 8-10s-5 9-3 9 3-4 4-4 0 3 1 3 2-2 4-2",
  people: "M9 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 20c0-4 2-7 6-7s6 3 6 7M16 5a3 3 0 0 1 0 5M18 13c2 1 3 4 3 7",
  save: "M12 4v11M7 10l5 5 5-5M4 20h16",
  menu: "M4 6h16M4 12h16M4 18h16",
};

/** @typedef {keyof typeof PATHS} IconName */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon that says nothing itself: the word stands beside it or in the label of its button.
 * @param {IconName} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

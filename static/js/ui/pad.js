// A pad that a signature is drawn on; it is kept as strokes, not as a picture.

import { h, say, tell } from "./element.js";

const SVG = "http://www.w3.org/2000/svg";
const WHOLE = 1000;

/**
 * Tells "drawn" after each stroke. Strokes are [x0, y0, x1, y1, …] in thousandths of the width.
 * @param {string} label
 */
export function pad(label) {
  /** @type {number[][]} */
  let strokes = [];
  const svg = document.createElementNS(SVG, "svg");
  const hint = h("p", { class: "pad-hint" }, "Ký bằng ngón tay vào khung này");
  const element = h("div", { class: "pad", role: "img", "aria-label": `${label}: khung ký, chưa có nét nào` }, hint);
  element.append(svg);
  /** @type {{ points: number[], line: SVGPolylineElement, box: DOMRect } | null} */
  let drawing = null;

  element.addEventListener("pointerdown", (event) => {
    if (drawing || event.button !== 0) return;
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    const box = element.getBoundingClientRect();
    svg.setAttribute("viewBox", `0 0 ${WHOLE} ${Math.round((box.height / box.width) * WHOLE)}`);
    const line = document.createElementNS(SVG, "polyline");
    svg.append(line);
    drawing = { points: [], line, box };
    add(event);
  });
  element.addEventListener("pointermove", (event) => {
    for (const each of event.getCoalescedEvents?.() ?? [event]) add(each);
  });
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);

  /** @param {PointerEvent} event */
  function add(event) {
    if (!drawing) return;
    const { points, line, box } = drawing;
    const x = inside(((event.clientX - box.left) / box.width) * WHOLE);
    const y = inside(((event.clientY - box.top) / box.width) * WHOLE);
    const moved = Math.abs(x - (points.at(-2) ?? -WHOLE)) + Math.abs(y - (points.at(-1) ?? -WHOLE));
    if (moved < 3) return;
    points.push(x, y);
    line.setAttribute("points", points.join(" "));
  }

  function end() {
    if (!drawing) return;
    if (drawing.points.length === 2) drawing.points.push(...drawing.points);
    strokes.push(drawing.points);
    drawing = null;
    describe();
    tell(element, "drawn");
  }

  function describe() {
    element.dataset.drawn = String(strokes.length > 0);
    element.setAttribute(
      "aria-label",
      `${label}: khung ký, ${strokes.length ? `${strokes.length} nét` : "chưa có nét nào"}`,
    );
    say(hint, strokes.length ? "" : "Ký bằng ngón tay vào khung này");
  }

  function clear() {
    strokes = [];
    svg.replaceChildren();
    describe();
    tell(element, "drawn");
  }

  return { element, clear, strokes: () => strokes };
}

/** @param {number} value */
function inside(value) {
  return Math.round(Math.min(WHOLE, Math.max(0, value)));
}

/**
 * A signature as it was drawn.
 * @param {readonly (readonly number[])[]} strokes
 * @param {string} name whose it is
 */
export function signature(strokes, name) {
  const svg = document.createElementNS(SVG, "svg");
  const height = Math.max(100, ...strokes.flatMap((stroke) => stroke.filter((_, at) => at % 2 === 1)));
  svg.setAttribute("viewBox", `0 0 ${WHOLE} ${height + 20}`);
  svg.setAttribute("class", "signature");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Chữ ký của ${name}`);
  for (const stroke of strokes) {
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("points", stroke.join(" "));
    svg.append(line);
  }
  return svg;
}

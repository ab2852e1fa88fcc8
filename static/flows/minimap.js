/** A small picture of the whole flow with the part in view; press or pull to look elsewhere. */

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 60;

const shape = (name, attributes) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

/** Draw in `svg`; `view()` gives what is seen, `look(x, y)` moves its middle. Returns `draw(boxes)`: [{x, y, width, height, kind}]. */
export function openMinimap(svg, view, look) {
  let boxes = [];

  function draw(next = boxes) {
    boxes = next;
    svg.parentElement.hidden = boxes.length < 2;
    if (!boxes.length) return;
    const seen = view();
    const all = [...boxes, seen];
    const [x, y] = [Math.min(...all.map((box) => box.x)) - MARGIN, Math.min(...all.map((box) => box.y)) - MARGIN];
    const [right, bottom] = [Math.max(...all.map((box) => box.x + box.width)), Math.max(...all.map((box) => box.y + box.height))];
    svg.setAttribute("viewBox", `${x} ${y} ${right - x + MARGIN} ${bottom - y + MARGIN}`);
    svg.replaceChildren(...boxes.map((box) => shape("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 12, class: `mini-box mini-${box.kind}` })),
      shape("rect", { x: seen.x, y: seen.y, width: seen.width, height: seen.height, class: "mini-view" }));
  }

  const go = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    look(at.x, at.y);
  };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    go(event);
  });
  svg.addEventListener("pointermove", (event) => svg.hasPointerCapture(event.pointerId) && go(event));
  return draw;
}

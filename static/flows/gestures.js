/** What fingers and the mouse do with the whole canvas: pinch to zoom, pull a box around steps. */
import { make } from "../builder/elements.js";

const LEAST = 0.3;
const MOST = 2;

/** Two fingers zoom and move the canvas at once; the canvas library sees one finger only. */
export function pinchToZoom(container, graph) {
  let last = null;
  const place = ({ touches }) => {
    const box = container.getBoundingClientRect();
    const [a, b] = touches;
    return { x: (a.clientX + b.clientX) / 2 - box.left, y: (a.clientY + b.clientY) / 2 - box.top, far: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
  };
  const listen = (kind, act) => document.addEventListener(kind, act, { capture: true, passive: false });
  listen("touchstart", (event) => {
    if (event.touches.length !== 2 || !container.contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    last = place(event);
  });
  listen("touchmove", (event) => {
    if (!last || event.touches.length < 2) return;
    event.preventDefault();
    event.stopPropagation();
    const next = place(event);
    const [from, { tx, ty }] = [graph.zoom(), graph.translate()];
    const to = Math.min(MOST, Math.max(LEAST, from * next.far / last.far));
    graph.scale(to, to);
    graph.translate(next.x - (last.x - tx) * to / from, next.y - (last.y - ty) * to / from);
    last = next;
  });
  for (const kind of ["touchend", "touchcancel"]) listen(kind, (event) => { if (event.touches.length < 2) last = null; });
}

/** The canvas library hears fingers itself; the mouse events that browsers send after them would undo what it did. */
export function withoutGhostClicks(container) {
  container.addEventListener("touchend", (event) => event.cancelable && event.preventDefault(), { passive: false });
}

/** A pull at the corner of a frame or note: `pulled(cell)` gives `{by(dx, dy), end()}` for the cell, in canvas units. */
export function pullGrip(container, graph, pulled) {
  const isGrip = (event) => event.target.closest(".grip");
  for (const kind of ["mousedown", "touchstart"]) {
    container.addEventListener(kind, (event) => isGrip(event) && event.stopPropagation(), { capture: true, passive: true });
  }
  container.addEventListener("pointerdown", (event) => {
    const cell = isGrip(event) && event.target.closest("[data-cell-id]")?.dataset.cellId;
    if (!cell || event.button) return;
    const [from, pull] = [graph.clientToLocal(event.clientX, event.clientY), pulled(cell)];
    const move = (at) => {
      const to = graph.clientToLocal(at.clientX, at.clientY);
      pull.by(to.x - from.x, to.y - from.y);
    };
    const over = new AbortController();
    const end = () => {
      over.abort();
      pull.end();
    };
    document.addEventListener("pointermove", move, { signal: over.signal });
    for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, end, { signal: over.signal });
  });
}

/** With Shift held, a pull over the empty canvas is a box; `chosen(box)` gets it in canvas units. */
export function pullBox(container, graph, chosen) {
  container.addEventListener("mousedown", (event) => {
    if (!event.shiftKey || event.button || event.target.closest(".x6-node")) return;
    event.preventDefault();
    event.stopPropagation();
    const box = make("div", { class: "rubber" });
    document.body.append(box);
    const from = [event.clientX, event.clientY];
    const draw = (at) => {
      const [left, top] = [Math.min(from[0], at.clientX), Math.min(from[1], at.clientY)];
      Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${Math.abs(at.clientX - from[0])}px`, height: `${Math.abs(at.clientY - from[1])}px` });
    };
    const end = (at) => {
      document.removeEventListener("mousemove", draw);
      box.remove();
      const [a, b] = [graph.clientToLocal(...from), graph.clientToLocal(at.clientX, at.clientY)];
      chosen({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) });
    };
    document.addEventListener("mousemove", draw);
    document.addEventListener("mouseup", end, { once: true });
  }, true);
}

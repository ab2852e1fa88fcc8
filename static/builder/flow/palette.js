/** The palette: steps are dragged with mouse or finger, or pressed to hang them on the chosen one. */
import { make } from "../elements.js";

/** `dropped(type, x, y)` gets a place of the screen over the canvas; `pressed(type)` a click or a key. */
export function dragFromPalette(palette, dropped, pressed) {
  palette.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[data-type]");
    if (!item || event.button > 0) return;
    const ghost = make("div", { class: "drag-ghost" }, item.textContent.trim());
    const from = [event.clientX, event.clientY];
    let moved = false;
    const move = (at) => {
      moved ||= Math.hypot(at.clientX - from[0], at.clientY - from[1]) > 6;
      if (!moved) return;
      if (!ghost.isConnected) document.body.append(ghost);
      ghost.style.transform = `translate(${at.clientX}px, ${at.clientY}px)`;
    };
    const end = (at) => {
      for (const kind of ["pointermove", "pointerup", "pointercancel"]) document.removeEventListener(kind, kind === "pointermove" ? move : end);
      ghost.remove();
      if (!moved || at.type === "pointercancel") return;
      item.dataset.dragged = "yes";
      const box = document.getElementById("canvas").getBoundingClientRect();
      const isInside = at.clientX > box.left && at.clientX < box.right && at.clientY > box.top && at.clientY < box.bottom;
      if (isInside) dropped(item.dataset.type, at.clientX, at.clientY);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });
  palette.addEventListener("click", (event) => {
    const item = event.target.closest("[data-type]");
    if (!item || event.detail > 1) return; // one step for a double click
    if (item.dataset.dragged) return void delete item.dataset.dragged;
    pressed(item.dataset.type);
  });
}

/** The page of a run: its way over the flow, and each step's values where it is pressed. */
import { openCanvas } from "./canvas.js";

const page = document.getElementById("canvas");
const told = JSON.parse(page.dataset.way);

const canvas = openCanvas(page, { select: ({ kind, ids }) => kind === "node" && show(ids[0]) }, { isFixed: true, minimap: document.getElementById("minimap") });
canvas.draw(JSON.parse(page.dataset.drawing));
canvas.trace(told);
for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame); // until the canvas has its size
canvas.fit();

function show(node) {
  const step = document.querySelector(`[data-step="${CSS.escape(node)}"] details`);
  if (!step) return;
  step.open = true;
  step.scrollIntoView({ block: "center" });
}

document.querySelector("[data-steps]").addEventListener("click", (event) => {
  const step = event.target.closest("summary")?.closest("[data-step]");
  if (step) canvas.center(step.dataset.step);
});
document.documentElement.dataset.ready = "run";

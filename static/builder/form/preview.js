/** The form as people will have it, at the width of a phone and of a desk side by side; it follows every act. */
import { draft, page } from "./draft.js";
import { showList } from "./outline.js";

const DESK = 900; // how wide the desk's frame is before it is made to fit
const preview = document.getElementById("preview");
const sheet = document.getElementById("sheet");
const button = document.getElementById("show-preview");
const frames = [...preview.querySelectorAll("iframe")];
const desk = preview.querySelector(".preview-desk");
let waiting;

function togglePreview() {
  const isOpen = preview.hidden;
  preview.hidden = !isOpen;
  sheet.hidden = isOpen;
  button.setAttribute("aria-pressed", String(isOpen));
  page.classList.toggle("previewing", isOpen);
  if (!isOpen) return sheet.focus();
  showList("outline");
  if (frames[0].src) return tell();
  for (const frame of frames) frame.src = frame.dataset.src;
}

const tell = () => frames.forEach((frame) => frame.contentWindow?.postMessage("draft", location.origin));

new ResizeObserver(() => {
  const scale = Math.min(1, desk.clientWidth / DESK);
  desk.style.setProperty("--scale", String(scale));
  desk.style.setProperty("--wide", `${desk.clientWidth / scale}px`);
  desk.style.setProperty("--high", `${desk.clientHeight / scale}px`);
}).observe(desk);

button.addEventListener("click", togglePreview);
draft.addEventListener("taken", () => {
  clearTimeout(waiting);
  if (!preview.hidden) waiting = setTimeout(tell, 120);
});

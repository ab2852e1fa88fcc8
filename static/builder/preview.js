/** Inside a frame of the preview: when the designer says that the form was changed, it is drawn anew with what is answered. */
import { post } from "./server.js";

const form = document.getElementById("answers");
const tried = document.getElementById("tried");

const answers = () => new URLSearchParams(new FormData(form)).toString();

async function drawAnew() {
  const sent = answers();
  const answer = await post(tried.dataset.now, new FormData(form));
  if (!answer.ok) return;
  if (answers() !== sent) return void drawAnew(); // answered meanwhile: that must not be lost
  tried.innerHTML = answer.body; // our own server's escaped page part
  window.htmx.process(tried);
}

window.addEventListener("message", (event) => event.origin === location.origin && event.data === "draft" && drawAnew());
window.addEventListener("load", () => (document.documentElement.dataset.ready = "preview")); // htmx is by then

// The stage bar of a record: a press moves the record there, through the board's own act.

import { post, refuse, why } from "./server.js";

const bar = document.querySelector("[data-stages]");

bar.addEventListener("click", async (event) => {
  const stage = event.target.closest("[data-to]");
  if (!stage || stage.ariaCurrent || bar.ariaBusy === "true") return;
  bar.ariaBusy = "true";
  const asked = { record: bar.dataset.record, rev: Number(bar.dataset.rev), to: stage.dataset.to, back: location.pathname };
  const answer = await post(bar.dataset.stages, asked);
  bar.ariaBusy = "false";
  if (answer.ok) location.reload();
  else refuse(why(answer, bar.dataset.wordsOffline), answer.body.fill, bar.dataset.wordsFill);
});

bar.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.documentElement.dataset.ready = "stages";

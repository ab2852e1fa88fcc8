/** How much there is to see to, after every act, and the list of it. */
import { get } from "../server.js";
import { at, draft } from "./draft.js";
import { open, openTab, pages } from "./panel.js";
import { choose, reveal } from "./sheet.js";

let waiting;
let list = "";

async function look() {
  const answer = await get(at("check"));
  if (!answer.ok) return;
  const { count, problems } = answer.body;
  list = answer.body.list;
  document.getElementById("check-count").textContent = String(count);
  document.getElementById("show-check").dataset.state = problems ? "problems" : count ? "hints" : "fine";
  if (open.tab === "check") document.getElementById("panel").innerHTML = list; // our own server's escaped page part
}

draft.addEventListener("taken", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 300);
});

document.addEventListener("click", async (event) => {
  const item = event.target.closest("[data-goes]");
  if (!item) return;
  const where = item.dataset.goes;
  if (where === "texts") return void openTab("texts");
  await openTab(where.startsWith("rule:") ? "rules" : "properties");
  choose(where);
  reveal();
});

pages.check = { show: look, taken: () => false };
look();

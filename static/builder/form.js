/** The form designer page: fields dragged onto the sheet, panels beside it; every act is saved as the draft. */
import "./controls.js";
import { inTurn, get, post } from "./server.js";

const page = document.getElementById("form-designer");
const words = JSON.parse(page.dataset.words);
const [sheet, panel, state] = ["sheet", "panel", "save-state"].map((id) => document.getElementById(id));
let rev = Number(page.dataset.rev);
let selected = "";

/* acts */

function edit(act) {
  say("saving");
  return inTurn(async () => take(await post(page.dataset.edit, { ...act, rev })));
}

async function take(answer, { keepPanel = false } = {}) {
  if (!answer.ok) return refused(answer);
  rev = answer.body.rev;
  say("saved");
  sheet.innerHTML = answer.body.sheet; // our own server's escaped page part
  if (!keepPanel) panel.innerHTML = answer.body.panel;
  selected = answer.body.selected;
  ready();
  return answer.body;
}

function refused(answer) {
  const what = answer.status === 412 ? "raced" : answer.status === 0 ? "offline" : "refused";
  say(what);
  const why = answer.body?.errors?.map((error) => error.message).join(" ") || answer.body?.detail || "";
  if (what === "refused" && why) state.textContent = `${words.refused}: ${why}`;
  if (what === "raced") location.reload();
}

function say(what) {
  state.textContent = words[what];
  state.dataset.state = what;
}

async function choose(next) {
  selected = next;
  mark();
  const answer = await get(`${page.dataset.panel}?selected=${encodeURIComponent(next)}`);
  if (answer.ok && selected === next) panel.innerHTML = answer.body;
}

function mark() {
  for (const box of sheet.querySelectorAll(".built")) box.classList.toggle("built-selected", selected === `field:${box.dataset.name}`);
}

/* the sheet */

sheet.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-act]");
  const name = event.target.closest(".built")?.dataset.name;
  if (tool) return void acts[tool.dataset.act](name);
  const chosen = event.target.closest("[data-select]");
  choose(chosen ? chosen.dataset.select : "");
});
const acts = {
  up: (name) => edit({ op: "step", name, by: -1 }).then(() => focusTool(name, "up")),
  down: (name) => edit({ op: "step", name, by: 1 }).then(() => focusTool(name, "down")),
  copy: (name) => edit({ op: "copy", name }),
  remove: (name) => edit({ op: "remove", name }),
};
const boxOf = (name) => sheet.querySelector(`.built[data-name="${CSS.escape(name)}"]`);
const focusTool = (name, act) => boxOf(name)?.querySelector(`[data-act="${act}"]`)?.focus();

function ready() {
  mark();
  for (const drop of sheet.querySelectorAll(".drop")) {
    window.Sortable.create(drop, { group: "fields", animation: 120, draggable: ".built", filter: ".built-tools", preventOnFilter: false,
      delay: 150, delayOnTouchOnly: true, onAdd: dropped, onUpdate: dropped });
  }
}

function dropped(event) {
  const { item, to } = event;
  const next = item.nextElementSibling?.dataset.name ?? null;
  const group = to.dataset.group === "" ? null : Number(to.dataset.group);
  const kind = item.dataset.kind;
  if (kind) item.remove();
  edit(kind ? { op: "add", kind, before: next, group } : { op: "move", name: item.dataset.name, before: next, group });
}

/* the palette */

const kinds = document.getElementById("kinds");
window.Sortable.create(kinds, { group: { name: "fields", pull: "clone", put: false }, sort: false, animation: 120, delay: 120, delayOnTouchOnly: true });
kinds.addEventListener("click", (event) => {
  const item = event.target.closest("[data-kind]");
  if (!item) return;
  const after = selected.startsWith("field:") ? boxOf(selected.slice(6)) : null;
  const group = after?.closest(".drop").dataset.group ?? "";
  edit({ op: "add", kind: item.dataset.kind, before: after?.nextElementSibling?.dataset.name ?? null, group: group === "" ? null : Number(group) });
});

/* the panel */

let waiting;
panel.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (!form) return;
  if (event.target.matches("[data-rename]")) return void edit({ op: "rename", title: event.target.value }).then(() => { document.getElementById("form-title").textContent = event.target.value; });
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(form), 200);
});
panel.addEventListener("submit", (event) => event.preventDefault());
panel.addEventListener("click", (event) => {
  const button = event.target.closest("[data-op], [data-select]");
  if (button?.dataset.op) edit({ op: button.dataset.op, place: button.dataset.place });
  else if (button) choose(button.dataset.select);
});

function keep(form) {
  say("saving");
  inTurn(async () => {
    const body = new FormData(form);
    body.set("rev", rev);
    body.set("selected", form.dataset.selected);
    await take(await post(page.dataset.panel, body), { keepPanel: !form.dataset.selected.startsWith("rule:") });
  });
}

for (const button of document.querySelectorAll("[data-width]")) {
  button.addEventListener("click", () => {
    sheet.classList.toggle("stage-phone", button.dataset.width === "phone");
    document.querySelectorAll("[data-width]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") choose("");
});

ready();
document.documentElement.dataset.ready = "form";

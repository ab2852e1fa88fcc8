/** The form designer page: fields dragged onto the sheet, panels beside it; every act is saved as the draft. */
import "./controls.js";
import { inTurn, get, post } from "./server.js";
import { keepHistory } from "./undo.js";

const page = document.getElementById("form-designer");
const words = JSON.parse(page.dataset.words);
const [sheet, panel, state] = ["sheet", "panel", "save-state"].map((id) => document.getElementById(id));
let rev = Number(page.dataset.rev);
let selected = "";

/* acts */

function edit(act) {
  say("saving");
  return inTurn(async () => take(await send(page.dataset.edit, (now) => ({ ...act, rev: now })), {}));
}

const past = keepHistory((document) => inTurn(async () => {
  say("saving");
  const answer = await post(page.dataset.edit, { op: "restore", document, rev });
  return take(answer, { isRestored: true })?.before ?? null;
}));

/** Post; where somebody else was quicker, fetch what is there now and post once more: acts name fields, not places. */
async function send(url, body) {
  const answer = await post(url, body(rev));
  if (answer.status !== 412) return answer;
  const fresh = await get(page.dataset.sheet);
  if (!fresh.ok) return answer;
  rev = fresh.body.rev;
  const again = await post(url, body(rev));
  if (!again.ok) draw(fresh.body.sheet);
  return { ...again, raced: true };
}

function take(answer, { keepPanel = false, isRestored = false }) {
  if (!answer.ok) return refused(answer);
  rev = answer.body.rev;
  if (answer.raced) past.forget();
  else if (!isRestored) past.done(answer.body.before);
  say(answer.raced ? "raced" : "saved");
  selected = answer.body.selected;
  draw(answer.body.sheet);
  sheet.querySelector(".built-selected, .rule-selected")?.scrollIntoView({ block: "nearest" });
  if (!keepPanel) putPanel(answer.body.panel);
  return answer.body;
}

function draw(html) {
  sheet.innerHTML = html; // our own server's escaped page part
  ready();
}

function refused(answer) {
  say(answer.status === 0 ? "offline" : "refused");
  if (answer.status === 412) past.forget();
  const why = answer.body?.errors?.map((error) => error.message).join(" ") || answer.body?.detail || "";
  if (answer.status && why) state.textContent = `${words.refused}: ${why}`;
}

function say(what) {
  state.textContent = words[what];
  state.dataset.state = what;
}

/** Put the panel's HTML in place; who was in a question stays there. */
function putPanel(html) {
  const name = panel.contains(document.activeElement) ? document.activeElement.name : "";
  panel.innerHTML = html;
  page.classList.toggle("panel-open", Boolean(selected));
  if (name) panel.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
}

async function choose(next) {
  selected = next;
  mark();
  const answer = await get(`${page.dataset.panel}?selected=${encodeURIComponent(next)}`);
  if (answer.ok && selected === next) putPanel(answer.body);
}

function mark() {
  for (const box of sheet.querySelectorAll(".rule-box")) box.classList.toggle("rule-selected", selected === `rule:${box.dataset.rule}`);
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
  if (!item || event.detail > 1) return; // one field for a double click
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
  const button = event.target.closest("[data-op], [data-select], [data-close]");
  if (button?.dataset.op) edit({ op: button.dataset.op, place: button.dataset.place });
  else if (button?.dataset.select) choose(button.dataset.select);
  else if (button) close();
});
document.getElementById("show-panel").addEventListener("click", () => page.classList.toggle("panel-open"));

function close() {
  page.classList.remove("panel-open");
  choose("");
}

function keep(form) {
  say("saving");
  inTurn(async () => {
    const sent = typed(form);
    const answer = await send(page.dataset.panel, (now) => bodyOf(form, now));
    const isDrawn = form.dataset.selected.startsWith("rule:") || panel.querySelector(".q-wrong") || !answer.ok;
    const isStill = panel.contains(form) && typed(form) === sent; // nothing typed meanwhile may be lost
    take(answer, { keepPanel: true });
    if (answer.body?.panel && isDrawn && isStill) putPanel(answer.body.panel);
  });
}

const typed = (form) => new URLSearchParams(new FormData(form)).toString();

function bodyOf(form, now) {
  const body = new FormData(form);
  body.set("rev", now);
  body.set("selected", form.dataset.selected);
  return body;
}

window.addEventListener("online", () => panel.querySelector("form") && keep(panel.querySelector("form")));
window.addEventListener("beforeunload", (event) => ["saving", "offline"].includes(state.dataset.state) && event.preventDefault());

for (const button of document.querySelectorAll("[data-width]")) {
  button.addEventListener("click", () => {
    sheet.classList.toggle("stage-phone", button.dataset.width === "phone");
    document.querySelectorAll("[data-width]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

ready();
document.documentElement.dataset.ready = "form";

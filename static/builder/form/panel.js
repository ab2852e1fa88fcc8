/** The tabs at the right: properties and rules of what is chosen; the other tabs bring pages of their own. */
import { at, draft, edit, isUnsaved, keep, page, words } from "./draft.js";
import { get } from "../server.js";
import { iconButton, make } from "../elements.js";
import { boxOf, choose, chosen, duplicate, remove, sheetEvents } from "./sheet.js";

const panel = document.getElementById("panel");
const tabs = document.getElementById("tabs");

/** Which tab is open. */
export const open = { tab: "properties" };

/** The tabs beside properties and rules: `show(panel)` opens one, `keep()` keeps what is being typed there, and
    `taken(answer)` says whether an act, its own too, asks for showing it anew. */
export const pages = {};

const addressOf = (what) => `${at("panel")}?selected=${encodeURIComponent(what)}`;
const tabOf = (what) => (what.startsWith("rule") ? "rules" : "properties");
const isOwn = (tab) => tab === "properties" || tab === "rules";

export async function openTab(tab) {
  markTab(tab);
  if (isOwn(tab)) return fetchPanel();
  page.classList.add("panel-open");
  await pages[tab].show(panel);
}

function markTab(tab) {
  open.tab = tab;
  page.dataset.tab = tab;
  const label = document.getElementById(`tab-${tab}`) ?? document.getElementById(`show-${tab}`);
  for (const one of tabs.children) {
    one.setAttribute("aria-selected", String(one === label));
    one.tabIndex = one === (tabs.contains(label) ? label : tabs.firstElementChild) ? 0 : -1;
  }
  panel.setAttribute("aria-labelledby", label.id);
}

/** What the open tab is about: a rule, the list of rules, a field, or the form. */
function subject() {
  if (open.tab === "rules") return chosen.now.startsWith("rule:") ? chosen.now : "rules";
  return chosen.now.startsWith("rule:") ? "" : chosen.now;
}

/** Settles when the panel is that of what is chosen. */
export let arriving = Promise.resolve();

const fetchPanel = () => (arriving = bringPanel());

async function bringPanel() {
  const what = subject();
  if (chosen.names.length > 1 && open.tab === "properties") return putSeveral();
  const answer = await get(addressOf(what));
  if (answer.ok && isOwn(open.tab) && subject() === what) putPanel(answer.body);
}

/** Put the panel's HTML in place; who was in a question stays there. */
export function putPanel(html) {
  const name = panel.contains(document.activeElement) ? document.activeElement.name : "";
  panel.innerHTML = html; // our own server's escaped page part
  if (name) panel.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
}

function putSeveral() {
  const titles = chosen.names.map((name) => make("li", {}, boxOf(name)?.dataset.title ?? name));
  const tools = make("div", { class: "panel-foot" }, iconButton("copy", words.copy, () => duplicate(chosen.names)), iconButton("trash", words.remove, () => remove(chosen.names)));
  panel.replaceChildren(make("p", { class: "panel-several" }, words.several.replace("%d", String(titles.length))), make("ul", {}, ...titles), tools);
}

sheetEvents.addEventListener("chosen", ({ detail }) => {
  if (!isOwn(open.tab)) return;
  if (chosen.now) markTab(tabOf(chosen.now));
  if (!detail.hasPanel) fetchPanel();
});

draft.addEventListener("taken", ({ detail }) => {
  document.getElementById("form-title").textContent = detail.title;
  if (!isOwn(open.tab)) return void (pages[open.tab].taken(detail) && pages[open.tab].show(panel));
  if (!detail.fromPanel && subject() === detail.selected && chosen.names.length < 2) putPanel(detail.panel);
  else if (!detail.fromPanel) fetchPanel();
});

/* what is filled in is kept */

let waiting = 0;
const kept = new WeakMap();
panel.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-selected]");
  if (!form || kept.get(form) === typed(form)) return; // left after Ctrl+S, say
  clearTimeout(waiting);
  waiting = setTimeout(() => keepForm(form), 200);
});
panel.addEventListener("change", ({ target }) => {
  const field = target.closest("[data-access]")?.dataset.access;
  if (!field) return;
  if (waiting) keepNow(); // what was typed before goes before: the panel is drawn anew
  const [kind, role, policy] = target.name.split(".");
  edit({ op: "mark", role, policy, field, kind, on: target.checked });
});
panel.addEventListener("submit", (event) => event.preventDefault());
panel.addEventListener("click", (event) => {
  const button = event.target.closest("[data-op], [data-select], [data-close]");
  if (button?.dataset.op) edit({ op: button.dataset.op, place: button.dataset.place, name: chosen.names[0] });
  else if (button?.dataset.select === "rules") choose("");
  else if (button?.dataset.select) choose(button.dataset.select);
  else if (button) close();
});

async function keepForm(form) {
  waiting = 0;
  const sent = typed(form);
  const answer = await keep(at("panel"), (now) => bodyOf(form, now));
  if (answer.ok) kept.set(form, sent);
  const isDrawn = form.dataset.selected.startsWith("rule:") || panel.querySelector(".q-wrong") || !answer.ok;
  const isStill = panel.contains(form) && typed(form) === sent; // nothing typed meanwhile may be lost
  if (answer.body?.panel && isDrawn && isStill) putPanel(answer.body.panel);
}

const typed = (form) => new URLSearchParams(new FormData(form)).toString();

function bodyOf(form, now) {
  const body = new FormData(form);
  body.set("rev", now);
  body.set("selected", form.dataset.selected);
  return body;
}

/** Keep at once what is being typed. */
export function keepNow() {
  if (!isOwn(open.tab)) return void pages[open.tab].keep?.();
  const form = panel.querySelector("form[data-selected]");
  if (!form) return;
  clearTimeout(waiting);
  keepForm(form);
}

window.addEventListener("online", () => isUnsaved() && keepNow());
window.addEventListener("beforeunload", (event) => isUnsaved() && event.preventDefault());

/* tabs */

for (const button of document.querySelectorAll("[data-tab]:is(button)")) button.addEventListener("click", () => openTab(button.dataset.tab));
tabs.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const all = [...tabs.children];
  const next = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
  next.focus();
  openTab(next.dataset.tab);
});

document.getElementById("show-panel").addEventListener("click", () => page.classList.toggle("panel-open"));

export function close() {
  page.classList.remove("panel-open");
  if (!isOwn(open.tab)) openTab("properties");
  choose("");
}

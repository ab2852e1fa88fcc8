/** The sheet in the middle: what is chosen there, moved, dragged, and drawn anew after each act. */
import { draft, edit } from "./draft.js";

const sheet = document.getElementById("sheet");
const kinds = document.getElementById("kinds");

/** What is chosen: "field:NAME", "rule:PLACE" or "" for the form itself; and the fields that belong to it. */
export const chosen = { now: "", names: [] };

/** Tells "chosen" when something else is, and "drawn" when the sheet is new. */
export const sheetEvents = new EventTarget();

const boxes = () => [...sheet.querySelectorAll(".built")];
export const boxOf = (name) => sheet.querySelector(`.built[data-name="${CSS.escape(name)}"]`);
export const nameOf = (what) => (what.startsWith("field:") ? what.slice(6) : "");
export const allNames = () => boxes().map((box) => box.dataset.name);

/** Choose something; `names` where it is several fields at once, `hasPanel` where its panel is at hand already. */
export function choose(what, names = nameOf(what) ? [nameOf(what)] : [], hasPanel = false) {
  chosen.now = what;
  chosen.names = names;
  mark();
  sheetEvents.dispatchEvent(new CustomEvent("chosen", { detail: { hasPanel } }));
}

export function reveal() {
  sheet.querySelector(".built-selected, .rule-selected")?.scrollIntoView({ block: "nearest" });
}

function mark() {
  for (const box of sheet.querySelectorAll(".rule-box")) box.classList.toggle("rule-selected", chosen.now === `rule:${box.dataset.rule}`);
  for (const box of boxes()) {
    const isChosen = chosen.names.includes(box.dataset.name);
    box.classList.toggle("built-selected", isChosen);
    box.querySelector(".built-select").setAttribute("aria-pressed", String(isChosen));
  }
}

/** Where the next new field goes: right after what is chosen, else at the end. */
export function nextPlace() {
  const after = boxOf(chosen.names.at(-1) ?? "");
  const rule = chosen.now.startsWith("rule:") ? chosen.now.slice(5) : "";
  const group = after ? after.closest(".drop").dataset.group : rule;
  return { before: after?.nextElementSibling?.dataset.name ?? null, group: group === "" ? null : Number(group) };
}

/* drawing */

draft.addEventListener("taken", ({ detail }) => {
  draw(detail.sheet);
  const isSame = detail.isRestored && !detail.selected; // nothing to show of what came back: stay where we are
  const still = chosen.names.filter((name) => boxOf(name));
  if (isSame && (still.length || !chosen.names.length)) mark();
  else if (detail.selected !== chosen.now) choose(detail.selected, undefined, true);
  else mark();
  reveal();
});
draft.addEventListener("overtaken", ({ detail }) => draw(detail.sheet));

function draw(html) {
  const place = placeOfFocus();
  const fresh = document.createElement("template");
  fresh.innerHTML = html; // our own server's escaped page part
  for (const kept of fresh.content.querySelectorAll("[data-keep]")) kept.replaceWith(boxOf(kept.dataset.keep) ?? "");
  sheet.replaceChildren(fresh.content);
  for (const drop of sheet.querySelectorAll(".drop")) sortable(drop);
  place?.()?.focus({ preventScroll: true });
  sheetEvents.dispatchEvent(new Event("drawn"));
}

/** How to find again what has the focus, after the sheet was drawn anew. */
function placeOfFocus() {
  const focused = document.activeElement;
  const name = sheet.contains(focused) && focused.closest(".built")?.dataset.name;
  if (focused === sheet || !name) return sheet.contains(focused) ? () => sheet : null;
  const { act } = focused.dataset;
  return () => (act && boxOf(name)?.querySelector(`[data-act="${act}"]`)) || sheet;
}

/* mouse and finger */

function sortable(drop) {
  window.Sortable.create(drop, { group: "fields", animation: 120, draggable: ".built", filter: ".built-tools", preventOnFilter: false,
    delay: 150, delayOnTouchOnly: true, onAdd: dropped, onUpdate: dropped });
}

window.Sortable.create(kinds, { group: { name: "fields", pull: "clone", put: false }, sort: false, draggable: ".palette-item", animation: 120, delay: 120, delayOnTouchOnly: true });

function dropped({ item, to }) {
  const next = item.nextElementSibling?.dataset.name ?? null;
  const group = to.dataset.group === "" ? null : Number(to.dataset.group);
  const { kind } = item.dataset;
  if (kind) item.remove();
  edit(kind ? { op: "add", kind, before: next, group } : { op: "move", name: item.dataset.name, before: next, group });
}

kinds.addEventListener("click", (event) => {
  const item = event.target.closest("[data-kind]");
  if (item && event.detail <= 1) edit({ op: "add", kind: item.dataset.kind, ...nextPlace() }); // one field for a double click
});

const tools = {
  up: (name) => edit({ op: "step", name, by: -1 }),
  down: (name) => edit({ op: "step", name, by: 1 }),
  copy: (name) => duplicate([name]),
  remove: (name) => remove([name]),
};

sheet.addEventListener("click", (event) => {
  const name = event.target.closest(".built")?.dataset.name;
  const tool = event.target.closest("[data-act]");
  if (tool) return void tools[tool.dataset.act](name);
  const what = event.target.closest("[data-select]")?.dataset.select ?? "";
  if (name && event.shiftKey) extend(name);
  else if (name && (event.ctrlKey || event.metaKey)) toggle(name);
  else choose(what);
});

/** One act for all that is chosen. */
export const duplicate = (names) => edit({ op: "copy", names });
export const remove = (names) => edit({ op: "remove", names });

/* several at once */

export function chooseAll(names) {
  choose(names.length ? `field:${names.at(-1)}` : "", names);
}

function toggle(name) {
  chooseAll(chosen.names.includes(name) ? chosen.names.filter((other) => other !== name) : [...chosen.names, name]);
}

function extend(name) {
  const all = allNames();
  const [from, to] = [all.indexOf(chosen.names[0] ?? name), all.indexOf(name)];
  const range = all.slice(Math.min(from, to), Math.max(from, to) + 1);
  chooseAll(from <= to ? range : range.reverse());
}

/** The question `by` places further down (or up) becomes the chosen one, or with `more` one of several. */
export function go(by, more = false) {
  const all = allNames();
  const here = all.indexOf(chosen.names.at(-1) ?? "");
  const next = here < 0 && Number.isFinite(by) ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, here + by));
  if (!all.length) return;
  if (more && chosen.names.length) extend(all[next]);
  else choose(`field:${all[next]}`);
  reveal();
}

for (const drop of sheet.querySelectorAll(".drop")) sortable(drop);
mark();

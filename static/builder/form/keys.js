/** Everything in the designer by keyboard. */
import { edit } from "./draft.js";
import { arriving, close, keepNow } from "./panel.js";
import { allNames, chooseAll, chosen, duplicate, go, remove } from "./sheet.js";

const [sheet, panel, find, tabs] = ["sheet", "panel", "find", "tabs"].map((id) => document.getElementById(id));
const isTyping = (it) => Boolean(it.closest?.("input, textarea, select, [contenteditable]"));

/** Fields, form, properties: F6 goes round. */
const regions = [
  { has: (it) => document.getElementById("palette").contains(it), enter: () => find.focus() },
  { has: (it) => sheet.contains(it), enter: () => sheet.focus() },
  { has: (it) => document.getElementById("side").contains(it), enter: () => tabs.querySelector("[tabindex='0']").focus() },
];

function nextRegion(by) {
  const here = regions.findIndex((region) => region.has(document.activeElement));
  regions[(here + by + regions.length) % regions.length].enter();
}

async function firstAnswer() {
  await arriving; // Enter may be quicker than the panel
  panel.querySelector("form input:not([type=hidden]), form textarea, form select, .texts-cell, textarea")?.focus();
}

const anywhere = {
  F6: (event) => nextRegion(event.shiftKey ? -1 : 1),
  "?": (event) => isTyping(event.target) || document.getElementById("keys").showModal(),
  Escape: (event) => (isTyping(event.target) ? sheet.focus() : close()),
};

const onSheet = {
  ArrowDown: (event) => (event.altKey ? step(1) : go(1, event.shiftKey)),
  ArrowUp: (event) => (event.altKey ? step(-1) : go(-1, event.shiftKey)),
  Home: () => go(-Infinity),
  End: () => go(Infinity),
  Enter: () => firstAnswer(),
  Delete: () => chosen.names.length && remove(chosen.names),
  Backspace: () => chosen.names.length && remove(chosen.names),
};

const withControl = {
  d: () => chosen.names.length && duplicate(chosen.names),
  a: () => chooseAll(allNames()),
};

function step(by) {
  if (chosen.names.length === 1) edit({ op: "step", name: chosen.names[0], by });
}

function actOf(event) {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (control) return key === "s" ? keepNow : onTheSheet(event) ? withControl[key] : null;
  const isButton = event.target.closest?.("button") && key === "Enter" && !event.target.closest(".built-select");
  return (onTheSheet(event) && !isButton && onSheet[key]) || anywhere[event.key];
}

/** On the sheet, or nowhere in particular: a page just opened has the focus nowhere. */
const onTheSheet = (event) => sheet.contains(event.target) || event.target === document.body || event.target.id === "main";

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const act = actOf(event);
  if (!act) return;
  event.preventDefault();
  act(event);
});

/** The translation tab: every text in both languages; Enter leads to the next row. */
import { get } from "../server.js";
import { at, edit } from "./draft.js";
import { pages } from "./panel.js";

const cells = () => [...document.querySelectorAll("#texts .texts-row:not([hidden]) .texts-cell")];

async function show(panel) {
  const answer = await get(at("texts"));
  const only = panel.querySelector("#texts-only")?.checked ?? false;
  if (!answer.ok) return;
  const place = placeOfFocus();
  panel.innerHTML = answer.body; // our own server's escaped page part
  panel.querySelector("#texts-only").checked = only;
  filter();
  place?.focus();
}

function placeOfFocus() {
  const cell = document.activeElement;
  if (!cell?.matches?.(".texts-cell")) return null;
  const { at: where, key } = cell.closest(".texts-row").dataset;
  return { focus: () => document.querySelector(`.texts-row[data-at="${CSS.escape(where)}"][data-key="${CSS.escape(key)}"] [data-lang="${cell.dataset.lang}"]`)?.focus() };
}

function filter() {
  const only = document.getElementById("texts-only").checked;
  for (const row of document.querySelectorAll("#texts .texts-row[data-at]")) row.hidden = only && !row.querySelector(".texts-missing") && !row.contains(document.activeElement);
}

function count() {
  const missing = document.querySelectorAll("#texts .texts-row:has(.texts-missing)").length;
  const said = document.getElementById("texts-missing");
  said.textContent = missing ? said.dataset.words.replace("%d", String(missing)) : said.dataset.wordsNone;
}

async function keepCell(cell) {
  const row = cell.closest(".texts-row");
  const { at: where, key, was } = row.dataset;
  const text = cell.value.trim();
  const kept = await edit({ op: "translate", at: where, key, was, lang: cell.dataset.lang, text });
  if (!kept) return;
  const own = row.querySelectorAll(".texts-cell:not([placeholder])")[0];
  if (own === cell) row.dataset.was = text;
  cell.classList.toggle("texts-missing", !text);
  count();
}

document.addEventListener("change", (event) => {
  if (event.target.id === "texts-only") filter();
  else if (event.target.matches(".texts-cell")) keepCell(event.target);
});

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!cell.matches?.(".texts-cell") || event.isComposing) return;
  const by = { Enter: event.shiftKey ? 0 : 1, ArrowDown: event.altKey ? 1 : 0, ArrowUp: event.altKey ? -1 : 0 }[event.key];
  if (!by) return;
  event.preventDefault();
  const column = cells().filter((other) => other.dataset.lang === cell.dataset.lang);
  (column[column.indexOf(cell) + by] ?? cell).focus();
});

pages.texts = {
  show,
  taken: (detail) => detail.isRestored,
  keep: () => document.activeElement?.matches(".texts-cell") && keepCell(document.activeElement),
};

/** The list at the left: fields to add, and the fields of the form; both are found by title, name and pinyin. */
import { make } from "../elements.js";
import { words } from "./draft.js";
import { boxOf, chosen, choose, sheetEvents } from "./sheet.js";

const palette = document.getElementById("palette");
const outline = document.getElementById("outline");
const kinds = document.getElementById("kinds");
const find = document.getElementById("find");
const lists = [...palette.querySelectorAll("[data-list]")];
let list = "kinds";

export function showList(name) {
  list = name;
  for (const one of lists) one.setAttribute("aria-pressed", String(one.dataset.list === name));
  filter();
}

function draw() {
  const boxes = [...document.querySelectorAll("#sheet .built")];
  outline.replaceChildren(...boxes.map((box) => {
    const icon = kinds.querySelector(`[data-kind="${box.dataset.type}"] .icon`)?.cloneNode(true);
    const isAsked = Boolean(box.closest(".rule-box"));
    const attributes = { type: "button", class: `palette-item outline-item${isAsked ? " outline-asked" : ""}`, "data-name": box.dataset.name, "data-find": box.dataset.find };
    return make("button", attributes, icon, make("span", {}, box.dataset.title));
  }), make("p", { class: "outline-none", hidden: true }, words.none));
  document.getElementById("field-count").textContent = String(boxes.length);
  mark();
  filter();
}

function mark() {
  for (const item of outline.querySelectorAll("[data-name]")) {
    const isChosen = chosen.names.includes(item.dataset.name);
    item.classList.toggle("outline-chosen", isChosen);
    item.setAttribute("aria-pressed", String(isChosen));
  }
}

function filter() {
  const wanted = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of palette.querySelectorAll("[data-find]")) item.hidden = !wanted.every((word) => item.dataset.find.includes(word));
  kinds.hidden = wanted.length ? !kinds.querySelector("[data-find]:not([hidden])") : list !== "kinds";
  outline.hidden = !wanted.length && list !== "outline";
  const none = outline.querySelector(".outline-none");
  if (none) none.hidden = !wanted.length || shown(palette).length > 0;
  palette.classList.toggle("palette-found", wanted.length > 0);
}

const shown = (root) => [...root.querySelectorAll("[data-find]:not([hidden])")].filter((item) => !item.closest("#kinds[hidden], #outline[hidden]"));

for (const one of lists) one.addEventListener("click", () => showList(one.dataset.list));
find.addEventListener("input", filter);
find.addEventListener("focus", () => find.select()); // the next search replaces the last
outline.addEventListener("click", (event) => {
  const name = event.target.closest("[data-name]")?.dataset.name;
  if (!name) return;
  choose(`field:${name}`);
  boxOf(name).scrollIntoView({ block: "center" });
});

palette.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    const items = shown(palette);
    const next = items.indexOf(document.activeElement) + by;
    event.preventDefault();
    (next < 0 ? find : items[Math.min(next, items.length - 1)])?.focus();
  } else if (event.target === find && event.key === "Enter") {
    event.preventDefault();
    const found = shown(outline)[0] ?? shown(kinds)[0];
    found?.click();
    if (found?.dataset.name) document.getElementById("sheet").focus({ preventScroll: true });
  } else if (event.target === find && event.key === "Escape" && find.value) {
    event.stopPropagation();
    find.value = "";
    filter();
  }
});

sheetEvents.addEventListener("drawn", draw);
sheetEvents.addEventListener("chosen", () => {
  mark();
  outline.querySelector(".outline-chosen")?.scrollIntoView({ block: "nearest" });
});
draw();

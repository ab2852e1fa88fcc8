// The tree of departments: fold, walk with the arrow keys, drag one onto another. Places are kept by the server.

const tree = document.getElementById("tree");
const FOLDED = "folded-departments";

function fold(item, folded) {
  item.classList.toggle("folded", folded);
  item.querySelector(":scope > .branch-turn").setAttribute("aria-expanded", String(!folded));
}

function remember() {
  const ids = [...tree.querySelectorAll(".folded")].map((item) => item.dataset.department);
  sessionStorage.setItem(FOLDED, JSON.stringify(ids));
}

function move(id, parent) {
  const form = document.getElementById("tree-move");
  form.action = `${tree.dataset.move}${id}/move`;
  form.elements.parent.value = parent;
  form.requestSubmit();
}

function walk(row, key) {
  const rows = [...tree.querySelectorAll(".branch-row")].filter((one) => one.offsetParent);
  const item = row.closest("li");
  const at = rows.indexOf(row);
  if (key === "ArrowDown") rows[at + 1]?.focus();
  if (key === "ArrowUp") rows[at - 1]?.focus();
  if (key === "ArrowRight" && item.matches(".branch")) fold(item, false);
  if (key === "ArrowLeft" && item.matches(".branch:not(.folded)")) fold(item, true);
  else if (key === "ArrowLeft") item.parentElement.closest("li")?.querySelector(".branch-row").focus();
}

let dragged = null;

function place(event) {
  if (!dragged) return null;
  if (event.target.closest("#tree-top")) return document.getElementById("tree-top");
  const item = event.target.closest("[data-department]");
  return item && !dragged.contains(item) ? item.querySelector(".branch-row") : null;
}

function mark(target) {
  document.querySelectorAll(".drop-here").forEach((one) => one.classList.remove("drop-here"));
  target?.classList.add("drop-here");
}

if (tree) {
  for (const id of JSON.parse(sessionStorage.getItem(FOLDED) ?? "[]")) {
    const item = tree.querySelector(`[data-department="${CSS.escape(id)}"].branch`);
    if (item && !item.querySelector("[aria-current]")) fold(item, true);
  }
  tree.addEventListener("click", (event) => {
    const turn = event.target.closest("button.branch-turn");
    if (!turn) return;
    fold(turn.closest("li"), !turn.closest("li").classList.contains("folded"));
    remember();
  });
  tree.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || !event.target.matches(".branch-row")) return;
    event.preventDefault();
    walk(event.target, event.key);
    remember();
  });
  tree.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-department]");
    event.dataTransfer.effectAllowed = "move";
    document.body.classList.add("dragging-department");
  });
  document.addEventListener("dragover", (event) => {
    const target = place(event);
    mark(target);
    if (target) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const target = place(event);
    if (!target) return;
    event.preventDefault();
    move(dragged.dataset.department, target.closest("[data-department]")?.dataset.department ?? "");
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    mark(null);
    document.body.classList.remove("dragging-department");
  });
}

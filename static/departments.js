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

/** Where what is dragged would go from what is under the pointer. */
function placeAt(under) {
  if (!dragged || !under) return null;
  if (under.closest("#tree-top")) return document.getElementById("tree-top");
  const item = under.closest("[data-department]");
  return item && !dragged.contains(item) ? item.querySelector(".branch-row") : null;
}

function begin(item) {
  dragged = item;
  document.body.classList.add("dragging-department");
}

function drop(target) {
  if (target) move(dragged.dataset.department, target.closest("[data-department]")?.dataset.department ?? "");
}

function end() {
  dragged = null;
  mark(null);
  document.body.classList.remove("dragging-department");
}

/** By finger, which knows no drag of the browser's own: the grip follows the pointer. */
function dragByGrip(event) {
  const grip = event.target.closest(".branch-grip");
  if (!grip || event.button) return;
  event.preventDefault();
  begin(grip.closest("[data-department]"));
  const over = new AbortController();
  const under = (at) => placeAt(document.elementFromPoint(at.clientX, at.clientY));
  document.addEventListener("pointermove", (at) => mark(under(at)), { signal: over.signal });
  for (const kind of ["pointerup", "pointercancel"]) {
    document.addEventListener(kind, (at) => {
      over.abort();
      if (kind === "pointerup") drop(under(at));
      end();
    }, { signal: over.signal });
  }
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
  tree.addEventListener("pointerdown", dragByGrip);
  tree.addEventListener("dragstart", (event) => {
    event.dataTransfer.effectAllowed = "move";
    begin(event.target.closest("[data-department]"));
  });
  document.addEventListener("dragover", (event) => {
    const target = placeAt(event.target);
    mark(target);
    if (target) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const target = placeAt(event.target);
    if (!target) return;
    event.preventDefault();
    drop(target);
  });
  document.addEventListener("dragend", end);
}

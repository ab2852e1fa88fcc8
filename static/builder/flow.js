/** The flow designer page: palette, canvas, panel and the list of what is wrong. */
import "./controls.js";
import { openCanvas } from "./canvas.js";
import { make } from "./elements.js";
import { get, inTurn, post } from "./server.js";
import { keepHistory } from "./undo.js";

const page = document.getElementById("flow-designer");
const { edit: editUrl, drawing: drawingUrl, node: nodeUrl } = page.dataset;
const words = JSON.parse(page.dataset.words);
const panel = document.getElementById("panel");
const state = document.getElementById("save-state");
let rev = Number(page.dataset.rev);
let marks = [];
let titles = new Map();

const canvas = openCanvas(document.getElementById("canvas"), {
  select: openPanel,
  connect: (line) => edit({ op: "connect", ...line }),
  move: (layout) => edit({ op: "place", layout }, { redraw: false }),
});

function edit(act, { redraw = true } = {}) {
  say("saving");
  return inTurn(async () => {
    const answer = await send(editUrl, (now) => ({ ...act, rev: now }));
    if (!answer.ok) return refused(answer);
    taken(answer, redraw || answer.raced);
    if (answer.body.made) canvas.choose({ node: answer.body.made, edge: "" });
    return answer.body;
  });
}

/** Post; where somebody else was quicker, learn what is there now and post once more: acts name steps, not places. */
async function send(url, body) {
  const answer = await post(url, body(rev));
  if (answer.status !== 412) return answer;
  const fresh = await get(drawingUrl);
  if (!fresh.ok) return answer;
  rev = fresh.body.rev;
  return { ...(await post(url, body(rev))), raced: true };
}

const past = keepHistory((document) => inTurn(async () => {
  say("saving");
  const answer = await post(editUrl, { op: "restore", document, rev });
  if (!answer.ok) return refused(answer).then(() => null);
  taken(answer, true, true);
  const { node } = canvas.selected;
  canvas.choose({ node: titles.has(node) ? node : "", edge: "" });
  return answer.body.before;
}));

function taken(answer, redraw, isRestored = false) {
  rev = answer.body.rev;
  if (answer.raced) past.forget();
  else if (!isRestored) past.done(answer.body.before);
  say(answer.raced ? "raced" : "saved");
  if (redraw) show(answer.body.drawing);
  else list(answer.body.drawing.marks);
}

async function refused(answer) {
  say(answer.status === 0 ? "offline" : "refused");
  if (answer.status === 412) past.forget();
  const why = answer.body?.errors?.map((error) => error.message).join(" ") || answer.body?.detail || "";
  if (answer.status && why) state.textContent = `${words.refused}: ${why}`;
  const fresh = await get(drawingUrl);
  if (!fresh.ok) return;
  rev = fresh.body.rev;
  show(fresh.body.drawing);
}

function say(what) {
  state.textContent = words[what];
  state.dataset.state = what;
}

function show(drawing) {
  titles = new Map(drawing.nodes.map((node) => [node.id, node.title]));
  canvas.draw(drawing);
  list(drawing.marks);
}

function goTo(node) {
  canvas.center(node);
  canvas.choose({ node, edge: "" });
}

function list(found) {
  marks = found;
  const errors = marks.filter((mark) => mark.severity === "error").length;
  document.getElementById("mark-count").textContent = String(errors);
  document.getElementById("marks").replaceChildren(...marks.map((mark) =>
    make("li", {}, make("button", { type: "button", class: `mark mark-${mark.severity}`, onclick: () => mark.node && goTo(mark.node) },
      titles.has(mark.node) ? make("strong", {}, titles.get(mark.node)) : null, mark.message))));
  document.getElementById("no-marks").hidden = marks.length > 0;
}

/* the panel */

async function openPanel(id) {
  page.classList.toggle("panel-open", Boolean(id));
  if (id && matchMedia("(max-width: 900px)").matches) setTimeout(() => canvas.center(id), 60); // after the canvas has shrunk
  if (!id) return panel.replaceChildren(make("p", { class: "panel-empty" }, words.choose));
  const answer = await get(nodeUrl.replace("~", encodeURIComponent(id)));
  if (answer.ok && canvas.selected.node === id) panel.innerHTML = answer.body; // our own server's escaped page part
}

let waiting;
panel.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(form), 250);
});
panel.addEventListener("submit", (event) => {
  event.preventDefault();
  keep(event.target);
});

function keep(form) {
  say("saving");
  inTurn(async () => {
    const sent = typed(form);
    const answer = await send(form.dataset.url, (now) => {
      const body = new FormData(form);
      body.set("rev", now);
      return body;
    });
    if (!answer.ok) return refused(answer);
    taken(answer, true);
    if (answer.body.panel && panel.contains(form) && typed(form) === sent) putPanel(answer.body.panel);
  });
}

const typed = (form) => new URLSearchParams(new FormData(form)).toString();

/** Put the panel's HTML in place; who was in a question stays there. */
function putPanel(html) {
  const name = panel.contains(document.activeElement) ? document.activeElement.closest(".q")?.querySelector("[name^='f.']")?.name : "";
  const place = name ? placesIn(name).indexOf(document.activeElement) : -1;
  panel.innerHTML = html; // our own server's escaped page part
  requestAnimationFrame(() => place >= 0 && placesIn(name)[place]?.focus());
}

const placesIn = (name) => [...(panel.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(".q") || panel).querySelectorAll("input:not([type=hidden]), select, textarea, button")];

panel.addEventListener("click", (event) => {
  if (event.target.closest("[data-remove]")) removeSelected();
  if (event.target.closest("[data-close]")) canvas.choose({ node: "", edge: "" });
});

window.addEventListener("online", () => panel.querySelector("form") && keep(panel.querySelector("form")));
window.addEventListener("beforeunload", (event) => ["saving", "offline"].includes(state.dataset.state) && event.preventDefault());

/* removing */

function removeSelected() {
  const { node, edge } = canvas.selected;
  if (edge) edit({ op: "disconnect", edge });
  if (node) edit({ op: "remove", node }).then(() => canvas.choose({ node: "", edge: "" }));
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (!typing && (event.key === "Delete" || event.key === "Backspace")) removeSelected();
  if (event.key === "Escape") canvas.choose({ node: "", edge: "" });
});

/* the palette: drag with mouse or finger, or press to hang the node on the selected one */

document.getElementById("palette").addEventListener("pointerdown", (event) => {
  const item = event.target.closest("[data-type]");
  if (!item || event.button > 0) return;
  const ghost = make("div", { class: "drag-ghost" }, item.textContent.trim());
  const from = [event.clientX, event.clientY];
  let moved = false;
  const move = (at) => {
    moved ||= Math.hypot(at.clientX - from[0], at.clientY - from[1]) > 6;
    if (!moved) return;
    if (!ghost.isConnected) document.body.append(ghost);
    ghost.style.transform = `translate(${at.clientX}px, ${at.clientY}px)`;
  };
  const end = (at) => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    ghost.remove();
    if (!moved || at.type === "pointercancel") return;
    item.dataset.dragged = "yes";
    const box = document.getElementById("canvas").getBoundingClientRect();
    const inside = at.clientX > box.left && at.clientX < box.right && at.clientY > box.top && at.clientY < box.bottom;
    if (inside) edit({ op: "add", type: item.dataset.type, at: canvas.local(at.clientX, at.clientY) });
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
});
document.getElementById("palette").addEventListener("click", (event) => {
  const item = event.target.closest("[data-type]");
  if (!item || event.detail > 1) return; // one step for a double click
  if (item.dataset.dragged) return void delete item.dataset.dragged;
  edit({ op: "add", type: item.dataset.type, after: canvas.selected.node || null });
});
document.getElementById("zoom-in").addEventListener("click", () => canvas.zoom(0.2));
document.getElementById("zoom-out").addEventListener("click", () => canvas.zoom(-0.2));
document.getElementById("zoom-fit").addEventListener("click", () => canvas.fit());

const first = await get(drawingUrl);
if (first.ok) {
  rev = first.body.rev;
  show(first.body.drawing);
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame); // until the list below has its height
  canvas.fit();
  const asked = new URLSearchParams(location.search).get("step"); // what is to be mended, says the page that led here
  if (titles.has(asked)) goTo(asked);
}
document.documentElement.dataset.ready = "flow";

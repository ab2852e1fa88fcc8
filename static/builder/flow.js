/** The flow designer page: palette and list, canvas, panel, and what is wrong. */
import "./controls.js";
import { openCanvas } from "../flows/canvas.js";
import { isNarrow, make } from "./elements.js";
import { keepClipboard } from "./flow/clipboard.js";
import { panelOf } from "./flow/decor.js";
import { keepFresh } from "./flow/fresh.js";
import { keepList } from "./flow/list.js";
import { dragFromPalette } from "./flow/palette.js";
import { keepTrying } from "./flow/trying.js";
import { get, inTurn, post } from "./server.js";
import { keepHistory } from "./undo.js";

const page = document.getElementById("flow-designer");
const { edit: editUrl, drawing: drawingUrl, node: nodeUrl } = page.dataset;
const words = JSON.parse(page.dataset.words);
const panel = document.getElementById("panel");
const state = document.getElementById("save-state");
const NOTHING = { kind: "", ids: [] };
let rev = Number(page.dataset.rev);
let flow = { nodes: [], edges: [] };
let titles = new Map();
let drawn = null;
const fresh = keepFresh();

const canvas = openCanvas(document.getElementById("canvas"), {
  select: opened,
  connect: (line) => edit({ op: "connect", ...line }),
  move: (places) => edit({ op: "place", ...places }, { redraw: false }),
  resize: (size) => edit({ op: "resize", ...size }),
}, { minimap: document.getElementById("minimap"), untitled: { group: words.group, note: words.note } });
const desk = { canvas, words, panel, edit, openPanel, get flow() { return flow; } };
const list = keepList(desk);
const trying = keepTrying(desk, page.dataset.try);
keepClipboard(desk);
dragFromPalette(document.getElementById("palette"), (type, x, y) => edit({ op: "add", type, ...canvas.spot(x, y) }),
  (type) => edit({ op: "add", type, after: canvas.selected.kind === "node" ? canvas.selected.ids[0] : null }));

function edit(act, { redraw = true } = {}) {
  say("saving");
  trying.end();
  return inTurn(async () => {
    const answer = await send(editUrl, (now) => ({ ...act, rev: now }));
    if (!answer.ok) return refused(answer);
    if (answer.body.kind === "node") fresh.add(answer.body.made);
    taken(answer, redraw || answer.raced);
    if (answer.body.made.length) canvas.choose({ kind: answer.body.kind, ids: answer.body.made });
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
  trying.end();
  const answer = await post(editUrl, { op: "restore", document, rev });
  if (!answer.ok) return refused(answer).then(() => null);
  taken(answer, true, true);
  const { kind, ids } = canvas.selected;
  canvas.choose(kind === "node" && ids.every((id) => titles.has(id)) ? canvas.selected : NOTHING);
  return answer.body.before;
}));

function taken(answer, redraw, isRestored = false) {
  rev = answer.body.rev;
  if (answer.raced) past.forget();
  else if (!isRestored) past.done(answer.body.before);
  say(answer.raced ? "raced" : "saved");
  show(answer.body, redraw);
}

async function refused(answer) {
  say(answer.status === 0 ? "offline" : "refused");
  if (answer.status === 412) past.forget();
  const why = answer.body?.errors?.map((error) => error.message).join(" ") || answer.body?.detail || "";
  if (answer.status && why) state.textContent = `${words.refused}: ${why}`;
  const fresh = await get(drawingUrl);
  if (!fresh.ok) return;
  rev = fresh.body.rev;
  show(fresh.body);
}

function say(what) {
  state.textContent = words[what];
  state.dataset.state = what;
}

function show({ document: now, drawing }, redraw = true) {
  flow = now;
  drawn = drawing;
  titles = new Map(drawing.nodes.map((node) => [node.id, node.title]));
  tell(redraw);
}

/** Draw what the server told last, with what is wrong as it is to be said now. */
function tell(redraw = true) {
  const calm = fresh.calm(drawn);
  if (redraw) canvas.draw(calm);
  list.draw(calm);
  showMarks(calm.marks);
  showPanelMarks();
}

function goTo(node) {
  canvas.center(node);
  canvas.choose({ kind: "node", ids: [node] });
}

function showMarks(marks) {
  document.getElementById("mark-count").textContent = String(marks.length);
  document.getElementById("marks").replaceChildren(...marks.map((mark) =>
    make("li", {}, make("button", { type: "button", class: `mark mark-${mark.severity}`, onclick: () => mark.node && goTo(mark.node) },
      titles.has(mark.node) ? make("strong", {}, titles.get(mark.node)) : null, mark.message))));
  document.getElementById("no-marks").hidden = marks.length > 0;
}

/** What is wrong with the open step as a whole may have changed by a line that was drawn or taken away. */
function showPanelMarks() {
  const box = panel.querySelector(".panel-marks");
  const { kind, ids } = canvas.selected;
  if (!box || kind !== "node") return;
  const said = [...panel.querySelectorAll(".q-error")].map((one) => one.textContent.trim());
  const told = fresh.calm(drawn).nodes.find((node) => node.id === ids[0])?.marks.filter((mark) => !said.includes(mark.message)) || [];
  box.replaceChildren(...told.map((mark) => make("li", { class: `mark-${mark.severity}` }, mark.message)));
  panel.classList.toggle("panel-fresh", fresh.has(ids[0]));
}

document.getElementById("check").addEventListener("click", () => fresh.all() && tell());

/* the panel */

function opened(choice) {
  if (fresh.leave(choice.kind === "node" ? choice.ids : [])) tell();
  list.choose(choice);
  if (trying.tells(choice)) return;
  openPanel(choice);
}

async function openPanel(choice) {
  const { kind, ids } = choice;
  const isOpen = Boolean(kind) && kind !== "edge";
  page.classList.toggle("panel-open", isOpen);
  if (isOpen && isNarrow()) canvas.center(kind === "node" ? ids[0] : `${kind}:${ids[0]}`);
  if (kind !== "node" || ids.length > 1) return panel.replaceChildren(panelOf({ kind, ids }, desk));
  const answer = await get(nodeUrl.replace("~", encodeURIComponent(ids[0])));
  if (!answer.ok || canvas.selected !== choice) return;
  panel.innerHTML = answer.body; // our own server's escaped page part
  showPanelMarks();
}

let waiting;
panel.addEventListener("change", (event) => {
  const form = event.target.closest("form.panel-form");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(form), 250);
});
panel.addEventListener("submit", (event) => {
  if (!event.target.matches(".panel-form")) return;
  event.preventDefault();
  keep(event.target);
});

function keep(form) {
  say("saving");
  trying.end();
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
  showPanelMarks();
  requestAnimationFrame(() => place >= 0 && placesIn(name)[place]?.focus());
}

const placesIn = (name) => [...(panel.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(".q") || panel).querySelectorAll("input:not([type=hidden]), select, textarea, button")];

panel.addEventListener("click", (event) => {
  if (event.target.closest("[data-remove]")) removeSelected();
  if (event.target.closest("[data-close]")) close();
});

function close() {
  trying.end();
  canvas.choose(NOTHING);
  list.focus();
}

window.addEventListener("online", () => panel.querySelector(".panel-form") && keep(panel.querySelector(".panel-form")));
window.addEventListener("beforeunload", (event) => ["saving", "offline"].includes(state.dataset.state) && event.preventDefault());

/* removing, and the other buttons and keys */

function removeSelected() {
  const { kind, ids } = canvas.selected;
  if (kind === "edge") edit({ op: "disconnect", edge: ids[0] });
  else if (kind) edit({ op: "remove", [kind === "node" ? "nodes" : "decor"]: ids }).then(() => canvas.choose(NOTHING));
}
desk.removeSelected = removeSelected;

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  const key = event.key.toLowerCase();
  if (event.key === "Escape") close();
  else if (isTyping || event.altKey) return;
  else if (key === "delete" || key === "backspace") removeSelected();
  else if (!event.ctrlKey && !event.metaKey && key === "a") arrange();
});

const arrange = () => edit({ op: "arrange" }).then(() => canvas.fit());
const press = (id, act) => document.getElementById(id).addEventListener("click", act);
press("zoom-in", () => canvas.zoom(0.2));
press("zoom-out", () => canvas.zoom(-0.2));
press("zoom-fit", () => canvas.fitAll());
press("arrange", arrange);
press("add-note", () => edit({ op: "note", at: canvas.middle() }).then(() => panel.querySelector("textarea")?.focus()));

const first = await get(drawingUrl);
if (first.ok) {
  rev = first.body.rev;
  show(first.body);
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame); // until the list below has its height
  canvas.fit();
  const asked = new URLSearchParams(location.search).get("step"); // what is to be mended, says the page that led here
  if (titles.has(asked)) goTo(asked);
  trying.begin(page.dataset.record);
}
document.documentElement.dataset.ready = "flow";

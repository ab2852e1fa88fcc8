/** What stands on a flow's canvas, as X6 shapes: steps, loops around steps, frames, notes, and the lines between. */
import { make } from "../builder/elements.js";

const { X6 } = window;
export const SIZE = { width: 196, height: 84 };
const NOTE = { width: 200, line: 18, letters: 26 };

for (const [shape, face] of Object.entries({ step: stepFace, loop: loopFace, frame: frameFace, note: noteFace })) {
  X6.Shape.HTML.register({ shape, ...SIZE, effect: ["data"], html: (cell) => face(cell.getData()) });
}

const icon = (name) => document.querySelector(`template[data-icon="${name}"]`)?.content.cloneNode(true) || "";

function head(node) {
  const worst = ["error", "warning", "todo"].find((severity) => node.marks.some((mark) => mark.severity === severity));
  return make("div", { class: "step-head" }, icon(node.icon), make("span", { class: "step-title" }, node.title),
    worst ? make("span", { class: `step-mark step-mark-${worst}`, title: node.marks.map((mark) => mark.message).join("\n") }, "!") : null);
}

const kind = (node, base) => `${base} step-${node.group}${node.selected ? " step-selected" : ""}${node.was ? ` was-${node.was.state}` : ""}`;
const was = (node) => (node.was ? make("div", { class: "step-was" }, node.was.text) : null);

function stepFace(node) {
  return make("div", { class: kind(node, "step"), "data-node": node.id, title: node.words }, head(node), make("div", { class: "step-words" }, node.words), was(node));
}

function loopFace(node) {
  return make("div", { class: kind(node, "loop"), "data-node": node.id }, make("div", { class: "loop-head" }, head(node), make("div", { class: "step-words" }, node.words), was(node)));
}

function frameFace(frame) {
  return make("div", { class: `frame${frame.selected ? " frame-selected" : ""}`, "data-group": frame.id }, make("div", { class: "frame-title" }, frame.title || frame.untitled), grip());
}

function noteFace(note) {
  return make("div", { class: `note${note.selected ? " note-selected" : ""}`, "data-note": note.id }, make("div", { class: "note-text" }, note.text || note.untitled), grip());
}

/** The corner by which a frame or note is made larger and smaller. */
const grip = () => make("div", { class: "grip" });

/** How large a note is drawn: as many lines as its text takes. */
export function sizeOfNote(text) {
  const lines = (text || "").split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].reduce((wide, sign) => wide + (sign > "⺀" ? 2 : 1), 0) / NOTE.letters)), 0);
  return { width: NOTE.width, height: 28 + Math.max(2, lines) * NOTE.line };
}

export const lineStyle = () => ({
  connector: "smooth", zIndex: -1,
  attrs: { line: { stroke: "var(--canvas-line)", strokeWidth: 2, targetMarker: { name: "block", width: 9, height: 7 } }, wrap: { strokeWidth: 18 } },
});

/** The ways on of a step, as X6 ports: in at the left, out at the right. */
export function portsOf(node) {
  const circle = { r: 8, magnet: true, strokeWidth: 2, class: "step-port" };
  const groups = {
    in: { position: "left", attrs: { circle: { ...circle, magnet: "passive" } } },
    out: { position: "right", attrs: { circle }, label: { position: { name: "right", args: { x: 12, y: -10 } } } },
  };
  const items = node.ports.map((port) => ({ id: port.name, group: "out", attrs: { text: { text: port.title, class: "step-port-name" } } }));
  if (!node.trigger) items.unshift({ id: "in", group: "in" });
  return { groups, items };
}

/** Where things on the canvas stand and what stands in what: pure, on the drawing the server gave. */
import { SIZE, sizeOfNote } from "./faces.js";

const PAD = 28;
const HEAD = 52;
const TITLE = 38;

/** Everything that goes along when one of these steps moves: what stands in the loops among them. */
export function withInner(drawing, ids) {
  const found = new Set(ids);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const node of drawing.nodes) if (found.has(node.inside)) found.add(node.id);
  }
  return [...found];
}

/** The box of every step, loops as large as what stands in them, by id: {x, y, width, height}. */
export function boxesOf(drawing) {
  const boxes = new Map();
  const boxOf = (node) => {
    if (boxes.has(node.id)) return boxes.get(node.id);
    const [x, y] = node.at;
    let box = { x, y, ...SIZE };
    if (node.loop) {
      const inner = drawing.nodes.filter((one) => one.inside === node.id).map(boxOf);
      box = around([{ x, y, width: SIZE.width + 2 * PAD, height: HEAD + SIZE.height + PAD }, ...inner.map((one) => padded(one, HEAD))]);
    }
    boxes.set(node.id, box);
    return box;
  };
  drawing.nodes.forEach(boxOf);
  return boxes;
}

/** The box of a frame around its steps, larger where it was drawn so; null when none of them is there. */
export function frameOf(boxes, { nodes, size = [0, 0] }) {
  const inner = nodes.map((id) => boxes.get(id)).filter(Boolean);
  if (!inner.length) return null;
  const box = around(inner.map((one) => padded(one, TITLE)));
  return { ...box, width: Math.max(box.width, size[0]), height: Math.max(box.height, size[1]) };
}

export function boxOfNote({ at: [x, y], text, size }) {
  return { x, y, ...(size ? { width: size[0], height: size[1] } : sizeOfNote(text)) };
}

const padded = (box, head) => ({ x: box.x - PAD, y: box.y - head, width: box.width + 2 * PAD, height: box.height + head + PAD });

function around(boxes) {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
}

export const depthOf = (drawing, id) => {
  const inside = drawing.nodes.find((node) => node.id === id)?.inside;
  return inside ? 1 + depthOf(drawing, inside) : 0;
};

export const contains = (box, x, y) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
export const overlap = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;

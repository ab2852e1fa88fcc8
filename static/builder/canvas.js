/** The flow canvas: X6 draws what the server says; every act is sent as an edit and drawn again from the answer. */
import { make } from "./elements.js";

const { X6 } = window;
const SIZE = { width: 196, height: 84 };
const LEAST = 0.55;

X6.Shape.HTML.register({ shape: "step", ...SIZE, effect: ["data"], html: (cell) => face(cell.getData()) });

function face(node) {
  const worst = node.marks.some((mark) => mark.severity === "error") ? "error" : node.marks.length ? "warning" : "";
  const drawn = document.querySelector(`template[data-icon="${node.icon}"]`);
  return make("div", { class: `step step-${node.group}${node.selected ? " step-selected" : ""}`, "data-node": node.id, title: node.words },
    make("div", { class: "step-head" }, drawn ? drawn.content.cloneNode(true) : "", make("span", { class: "step-title" }, node.title),
      worst ? make("span", { class: `step-mark step-mark-${worst}`, title: node.marks.map((mark) => mark.message).join("\n") }, "!") : null),
    make("div", { class: "step-words" }, node.words));
}

/** Make the canvas in `container`; `on` is {select(id), connect(line), move(layout), disconnect(edge), remove(node)}. */
export function openCanvas(container, on) {
  let drawing = { nodes: [], edges: [] };
  let selected = { node: "", edge: "" };
  const graph = new X6.Graph({
    container, autoResize: true, panning: { enabled: true }, grid: { visible: true, type: "dot", size: 20, args: { color: "var(--canvas-dot)" } },
    mousewheel: { enabled: true, modifiers: ["ctrl", "meta"], minScale: 0.3, maxScale: 2 },
    connecting: {
      snap: { radius: 32 }, allowBlank: false, allowLoop: false, allowNode: true, highlight: true, connector: "smooth",
      createEdge: () => graph.createEdge(lineStyle()),
      validateConnection: ({ sourceMagnet, targetCell, sourceCell }) => Boolean(sourceMagnet && targetCell && targetCell !== sourceCell && !targetCell.getData().trigger),
    },
  });
  graph.on("edge:connected", ({ isNew, edge }) => isNew && on.connect({ source: edge.getSourceCellId(), port: edge.getSourcePortId(), target: edge.getTargetCellId() }));
  graph.on("node:moved", ({ node }) => on.move({ [node.id]: Object.values(node.position()) }));
  graph.on("node:click", ({ node }) => choose({ node: node.id, edge: "" }));
  graph.on("edge:click", ({ edge }) => choose({ node: "", edge: edge.id }));
  graph.on("blank:click", () => choose({ node: "", edge: "" }));

  function choose(next) {
    selected = next;
    mark();
    on.select(next.node);
  }

  function mark() {
    for (const node of graph.getNodes()) node.setData({ ...node.getData(), selected: node.id === selected.node }, { overwrite: true });
    for (const edge of graph.getEdges()) edge.attr("line/stroke", edge.id === selected.edge ? "var(--tblr-primary)" : "var(--canvas-line)");
  }

  /** Change only what differs: cells that stay keep their views, so nothing flickers and no drag is lost. */
  function draw(next) {
    drawing = next;
    const lines = next.edges.filter(hasPort);
    const wanted = new Set([...next.nodes, ...lines].map((cell) => cell.id));
    graph.batchUpdate(() => {
      for (const node of next.nodes) put(graph.getCellById(node.id), node);
      for (const edge of lines) lead(graph.getCellById(edge.id), edge);
      graph.removeCells(graph.getCells().filter((cell) => !wanted.has(cell.id)));
    });
    mark();
  }

  function lead(line, edge) {
    const [source, target] = [{ cell: edge.source, port: edge.port }, { cell: edge.target, port: "in" }];
    if (!line) return void graph.addEdge({ id: edge.id, source, target, ...lineStyle() });
    if (edge.source !== line.getSourceCellId() || edge.port !== line.getSourcePortId()) line.setSource(source);
    if (edge.target !== line.getTargetCellId()) line.setTarget(target);
  }

  function put(cell, node) {
    if (!cell) return void graph.addNode(shapeOf(node));
    const [x, y] = node.at;
    cell.setPosition(x, y);
    cell.setData({ ...node, selected: node.id === selected.node }, { overwrite: true });
    const { items } = shapeOf(node).ports;
    if (JSON.stringify(items) !== JSON.stringify(cell.getPorts())) cell.prop("ports/items", items, { rewrite: true });
  }

  /** Show all; what would become too small to read is shown from where it starts. */
  function fit() {
    graph.zoomToFit({ padding: 48, maxScale: 1, minScale: LEAST });
    const area = graph.getContentArea();
    if (area.width * graph.zoom() <= container.clientWidth) return;
    const first = drawing.nodes.find((node) => node.trigger) || drawing.nodes[0];
    graph.positionPoint({ x: area.x, y: first.at[1] + SIZE.height / 2 }, 32, container.clientHeight / 2);
  }

  const hasPort = (edge) => drawing.nodes.find((node) => node.id === edge.source)?.ports.some((port) => port.name === edge.port)
    && drawing.nodes.some((node) => node.id === edge.target);

  return {
    draw, choose, get selected() { return selected; },
    fit,
    local: (x, y) => { const at = graph.clientToLocal(x, y); return [at.x - SIZE.width / 2, at.y - SIZE.height / 2]; },
    zoom: (by) => graph.zoom(by),
    center: (id) => { const cell = graph.getCellById(id); if (cell) graph.centerCell(cell); },
  };
}

const lineStyle = () => ({
  connector: "smooth", zIndex: -1,
  attrs: { line: { stroke: "var(--canvas-line)", strokeWidth: 2, targetMarker: { name: "block", width: 9, height: 7 } }, wrap: { strokeWidth: 18 } },
});

function shapeOf(node) {
  const circle = { r: 8, magnet: true, strokeWidth: 2, class: "step-port" };
  const groups = {
    in: { position: "left", attrs: { circle: { ...circle, magnet: "passive" } } },
    out: { position: "right", attrs: { circle }, label: { position: { name: "right", args: { x: 12, y: -10 } } } },
  };
  const items = node.ports.map((port) => ({ id: port.name, group: "out", attrs: { text: { text: port.title, class: "step-port-name" } } }));
  if (!node.trigger) items.unshift({ id: "in", group: "in" });
  return { id: node.id, shape: "step", x: node.at[0], y: node.at[1], data: { ...node, selected: false }, ports: { groups, items } };
}

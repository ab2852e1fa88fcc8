/** The flow canvas: X6 draws what the server says; every act is told to the page and drawn again from the answer. */
import { boxOfNote, boxesOf, contains, depthOf, frameOf, overlap, withInner } from "./boxes.js";
import { SIZE, lineStyle, portsOf, sizeOfNote } from "./faces.js";
import { pinchToZoom, pullBox, pullGrip, withoutGhostClicks } from "./gestures.js";
import { openMinimap } from "./minimap.js";

const { X6 } = window;
const ALL = 0.3;
const READABLE = 0.8;
const PAD = 32;
const LEAST_DECOR = 60;
const NOTHING = { kind: "", ids: [] };
const KINDS = ["group", "note"];

/**
 * Make the canvas in `container`; `on` is {select({kind, ids}), connect(line), move({layout, notes}), resize({decor, size})}.
 * With `isFixed` nothing can be changed. `untitled` are words for a frame and a note without text.
 */
export function openCanvas(container, on, { isFixed = false, minimap = null, untitled = {} } = {}) {
  let drawing = { nodes: [], edges: [], groups: [], notes: [] };
  let selected = NOTHING;
  let way = null;
  let drag = null;
  let sight = null;
  const graph = new X6.Graph({
    container, autoResize: true, panning: { enabled: true }, grid: { visible: true, type: "dot", size: 20, args: { color: "var(--canvas-dot)" } },
    mousewheel: { enabled: true, modifiers: ["ctrl", "meta"], minScale: ALL, maxScale: 2 }, interacting: isFixed ? false : { edgeLabelMovable: false },
    connecting: {
      snap: { radius: 32 }, allowBlank: false, allowLoop: false, allowNode: true, highlight: true, connector: "smooth",
      createEdge: () => graph.createEdge(lineStyle()),
      validateConnection: ({ sourceMagnet, targetCell, sourceCell }) => Boolean(sourceMagnet && targetCell?.getData()?.ports && targetCell !== sourceCell
        && !targetCell.getData().trigger && targetCell.getData().inside === sourceCell.getData().inside),
    },
  });
  pinchToZoom(container, graph);
  withoutGhostClicks(container);
  const drawMap = minimap ? openMinimap(minimap, view, (x, y) => graph.centerPoint(x, y)) : () => {};
  let isLooking = false;
  for (const kind of ["translate", "scale"]) graph.on(kind, () => !isLooking && moveOn());
  graph.on("resize", () => (sight ? look(sight) : drawMap()));
  graph.on("edge:connected", ({ isNew, edge }) => isNew && on.connect({ source: edge.getSourceCellId(), port: edge.getSourcePortId(), target: edge.getTargetCellId() }));
  graph.on("edge:click", ({ edge }) => choose({ kind: "edge", ids: [edge.id] }));
  graph.on("blank:click", () => choose(NOTHING));
  graph.on("node:click", ({ node, e }) => clicked(named(node.id), e.shiftKey || e.ctrlKey || e.metaKey));
  if (!isFixed) {
    graph.on("node:mousedown", ({ node }) => { drag = begun(node); });
    graph.on("node:moving", ({ node }) => drag && follow(node));
    graph.on("node:moved", ({ node }) => drag && moved(node));
    pullGrip(container, graph, pulled);
    pullBox(container, graph, (box) => {
      const boxes = boxesOf(drawing);
      const ids = drawing.nodes.filter((node) => overlap(boxes.get(node.id), box)).map((node) => node.id);
      choose(ids.length ? { kind: "node", ids } : NOTHING);
    });
  }

  /** "group:g1" is a frame, "note:n1" a note, anything else a step. */
  function named(cell) {
    const [kind, id] = cell.split(":");
    return KINDS.includes(kind) ? { kind, id } : { kind: "node", id: cell };
  }

  function clicked({ kind, id }, isMore) {
    if (!isMore || kind !== "node" || selected.kind !== "node") return choose({ kind, ids: [id] });
    const ids = selected.ids.includes(id) ? selected.ids.filter((one) => one !== id) : [...selected.ids, id];
    choose(ids.length ? { kind, ids } : NOTHING);
  }

  function choose(next) {
    selected = next;
    mark();
    on.select(next);
  }

  /* moving: a frame takes its steps along, a loop what stands in it, a chosen step the other chosen ones */

  function begun(cell) {
    const { kind, id } = named(cell.id);
    if (kind === "note") return { from: cell.position(), nodes: new Map(), cells: new Map() };
    const first = kind === "group" ? drawing.groups.find((one) => one.id === id)?.nodes || [] : selected.kind === "node" && selected.ids.includes(id) ? selected.ids : [id];
    const ids = withInner(drawing, first);
    const cells = new Map(ids.filter((one) => one !== cell.id).map((one) => [one, graph.getCellById(one)?.position()]));
    return { from: cell.position(), nodes: new Map(ids.map((one) => [one, drawing.nodes.find((node) => node.id === one)?.at])), cells };
  }

  function follow(cell) {
    const [dx, dy] = passed(cell);
    for (const [id, at] of drag.cells) if (at) graph.getCellById(id)?.setPosition(at.x + dx, at.y + dy);
  }

  function passed(cell) {
    const { x, y } = cell.position();
    return [x - drag.from.x, y - drag.from.y];
  }

  function moved(cell) {
    const [dx, dy] = passed(cell);
    const { kind, id } = named(cell.id);
    const layout = {};
    for (const [one, at] of drag.nodes) if (at) layout[one] = [at[0] + dx, at[1] + dy];
    drag = null;
    if (!dx && !dy) return;
    const { x, y } = cell.position();
    const notes = kind === "note" ? { [id]: [x, y] } : {};
    for (const node of drawing.nodes) if (layout[node.id]) node.at = layout[node.id];
    for (const note of drawing.notes) if (notes[note.id]) note.at = notes[note.id];
    draw(drawing);
    on.move({ layout, notes });
  }

  /** A frame or note that is made larger or smaller: the corner follows, the page hears of it in the end. */
  function pulled(id) {
    const cell = graph.getCellById(id);
    const { width, height } = cell.size();
    return {
      by: (dx, dy) => cell.resize(Math.max(LEAST_DECOR, width + dx), Math.max(LEAST_DECOR, height + dy)),
      end() {
        const now = cell.size();
        if (now.width !== width || now.height !== height) resized(named(id), [now.width, now.height]);
      },
    };
  }

  function resized({ kind, id }, size) {
    const one = drawing[`${kind}s`].find((decor) => decor.id === id);
    one.size = size.map(Math.round);
    draw(drawing);
    on.resize({ decor: id, size: one.size });
  }

  /* drawing */

  /** Change only what differs: cells that stay keep their views, so nothing flickers and no drag is lost. */
  function draw(next) {
    drawing = next;
    sight = null;
    const lines = next.edges.filter(hasPort);
    const boxes = boxesOf(next);
    const frames = next.groups.map((group) => ({ ...group, box: frameOf(boxes, group) })).filter((group) => group.box);
    const wanted = new Set([...next.nodes, ...lines].map((cell) => cell.id).concat(frames.map((one) => `group:${one.id}`), next.notes.map((one) => `note:${one.id}`)));
    graph.batchUpdate(() => {
      for (const frame of frames) put(`group:${frame.id}`, "frame", frame.box, -60, { id: frame.id, title: frame.title, untitled: untitled.group });
      for (const node of next.nodes) put(node.id, node.loop ? "loop" : "step", boxes.get(node.id), node.loop ? depthOf(next, node.id) - 40 : 1, node, portsOf(node));
      for (const note of next.notes) put(`note:${note.id}`, "note", boxOfNote(note), 2, { id: note.id, text: note.text, untitled: untitled.note });
      for (const edge of lines) lead(graph.getCellById(edge.id), edge);
      graph.removeCells(graph.getCells().filter((cell) => !wanted.has(cell.id)));
    });
    mark();
    drawMap([...frames.map((one) => ({ ...one.box, kind: "frame" })), ...next.nodes.map((node) => ({ ...boxes.get(node.id), kind: node.loop ? "loop" : node.group })),
      ...next.notes.map((note) => ({ ...boxOfNote(note), kind: "note" }))]);
  }

  function put(id, shape, { x, y, width, height }, zIndex, data, ports) {
    const cell = graph.getCellById(id);
    if (!cell || cell.shape !== shape) return void graph.addNode({ id, shape, x, y, width, height, zIndex, data: { ...data, selected: false }, ports });
    cell.setPosition(x, y);
    cell.resize(width, height);
    cell.setData({ ...data, ...marked(named(id)) }, { overwrite: true });
    if (ports && JSON.stringify(ports.items) !== JSON.stringify(cell.getPorts())) cell.prop("ports/items", ports.items, { rewrite: true });
  }

  function lead(line, edge) {
    const [source, target] = [{ cell: edge.source, port: edge.port }, { cell: edge.target, port: "in" }];
    if (!line) return void graph.addEdge({ id: edge.id, source, target, ...lineStyle() });
    if (edge.source !== line.getSourceCellId() || edge.port !== line.getSourcePortId()) line.setSource(source);
    if (edge.target !== line.getTargetCellId()) line.setTarget(target);
  }

  const marked = ({ kind, id }) => ({ selected: selected.kind === kind && selected.ids.includes(id), was: kind === "node" ? way?.nodes[id] || (way ? { state: "none", text: "" } : null) : null });

  function mark() {
    for (const cell of graph.getNodes()) cell.setData({ ...cell.getData(), ...marked(named(cell.id)) }, { overwrite: true });
    for (const edge of graph.getEdges()) {
      const isChosen = selected.kind === "edge" && selected.ids.includes(edge.id);
      const isTaken = way?.taken.has(edge.id);
      edge.attr("line/stroke", isChosen ? "var(--tblr-primary)" : isTaken ? "var(--canvas-taken)" : "var(--canvas-line)");
      edge.attr("line/strokeWidth", isTaken ? 3.5 : 2);
      edge.attr("line/opacity", way && !isTaken ? 0.45 : 1);
      edge.attr("line/class", isTaken ? "line-taken" : "");
    }
  }

  /** Colour the way of a run or a trial, as the server told it; null takes the colours away. */
  function trace(told) {
    way = told && { taken: new Set(told.taken), nodes: Object.fromEntries(Object.entries(told.states).map(([id, state]) => [id, { state, text: told.words[id] || "" }])) };
    mark();
  }

  const hasPort = (edge) => drawing.nodes.find((node) => node.id === edge.source)?.ports.some((port) => port.name === edge.port)
    && drawing.nodes.some((node) => node.id === edge.target);

  function view() {
    const [a, b] = [graph.graphToLocal(0, 0), graph.graphToLocal(container.clientWidth, container.clientHeight)];
    return { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y };
  }

  /** Bring something into sight, and again when the canvas gets another size, until somebody moves or changes it. */
  function look(at) {
    sight = at;
    isLooking = true;
    at();
    isLooking = false;
    drawMap();
  }

  function moveOn() {
    sight = null;
    drawMap();
  }

  /** Show the flow; what would become smaller than `least` is shown from where it starts. */
  function fit(least) {
    graph.zoomToFit({ padding: PAD, maxScale: 1, minScale: least });
    const [area, zoom, { clientWidth, clientHeight }] = [graph.getContentArea(), graph.zoom(), container];
    const [isWide, isTall] = [area.width * zoom > clientWidth, area.height * zoom > clientHeight];
    const first = drawing.nodes.find((node) => node.trigger) || drawing.nodes[0];
    if (!first || (!isWide && !isTall)) return;
    const y = isTall ? first.at[1] + SIZE.height / 2 : area.center.y;
    graph.positionPoint({ x: isWide ? area.x : area.center.x, y }, isWide ? PAD : clientWidth / 2, clientHeight / 2);
  }

  const center = (cell) => look(() => { const found = graph.getCellById(cell); if (found) graph.centerCell(found); });

  return {
    draw, choose, trace, center, get selected() { return selected; },
    /** Where a point of the screen is: a step dropped there stands around it, in the innermost loop that is there. */
    spot(x, y) {
      const at = graph.clientToLocal(x, y);
      const boxes = boxesOf(drawing);
      const loops = drawing.nodes.filter((node) => node.loop && contains(boxes.get(node.id), at.x, at.y));
      const inside = loops.sort((one, other) => depthOf(drawing, other.id) - depthOf(drawing, one.id))[0]?.id || "";
      return { at: [at.x - SIZE.width / 2, at.y - SIZE.height / 2], inside };
    },
    /** The middle of what is seen, or so far below it that a note there covers no step. */
    middle() {
      const [seen, size] = [view(), sizeOfNote("")];
      const x = seen.x + seen.width / 2 - size.width / 2;
      let y = seen.y + seen.height / 2 - size.height / 2;
      const boxes = [...boxesOf(drawing).values()];
      while (boxes.some((box) => overlap(box, { x, y, ...size }))) y += size.height / 2;
      return [x, y];
    },
    /** Move a frame or note, or pull its corner, by so much: what the mouse does, for the keys. */
    nudge({ kind, id }, dx, dy) {
      const cell = graph.getCellById(`${kind}:${id}`);
      const { x, y } = cell.position();
      drag = begun(cell);
      cell.setPosition(x + dx, y + dy);
      follow(cell);
      moved(cell);
    },
    stretch({ kind, id }, dx, dy) {
      const pull = pulled(`${kind}:${id}`);
      pull.by(dx, dy);
      pull.end();
    },
    zoom: (by) => graph.zoom(by),
    /** Show the flow as large as can be read, from where it starts. */
    fit: () => look(() => fit(READABLE)),
    /** Show all of it, however small. */
    fitAll: () => look(() => fit(ALL)),
    /** Bring a step into sight, if it is not. */
    show(id) {
      const [seen, box] = [view(), boxesOf(drawing).get(id)];
      if (box && !contains(seen, box.x + box.width / 2, box.y + box.height / 2)) center(id);
    },
  };
}

/** The flow as an indented list beside the canvas: all that the canvas can do, by keyboard alone. */
import { make } from "../elements.js";

const STEP = 20; // how far one press of an arrow moves or sizes a frame or note

/** `draw(drawing)` shows what is there now, `choose(choice)` what is chosen on the canvas, `focus()` goes back to the row. */
export function keepList(desk) {
  const { words } = desk;
  const [tabs, palette, box, rows, tools, asking] = ["side-tabs", "palette", "flow-list", "rows", "row-tools", "row-form"].map((id) => document.getElementById(id));
  const decorRows = document.getElementById("decor-rows");
  let drawing = { nodes: [], outline: [], edges: [], groups: [], notes: [] };
  let current = 0;

  const nodeOf = (id) => drawing.nodes.find((node) => node.id === id);
  const row = () => drawing.outline[current];
  const buttons = () => [...rows.querySelectorAll("button")];
  const portTitle = (node, port) => nodeOf(node)?.ports.find((one) => one.name === port)?.title || "";

  function draw(next) {
    const isHere = rows.contains(document.activeElement);
    const { node, source } = row() || {};
    drawing = next;
    const same = drawing.outline.filter((one) => one.node === node);
    const kept = same.find((one) => one.source === source) || same.find((one) => !one.again);
    current = kept ? drawing.outline.indexOf(kept) : Math.min(current, Math.max(0, drawing.outline.length - 1));
    rows.replaceChildren(...drawing.outline.map(drawRow));
    show();
    drawDecor();
    if (isHere) focus();
  }

  /* frames and notes stand below the steps: Alt and arrows move one, Shift and arrows pull its corner */

  function drawDecor() {
    const here = decorRows.contains(document.activeElement) ? document.activeElement.dataset.decor : "";
    const groups = drawing.groups.map((one) => decorRow("group", one.id, one.title || words.group, "box-multiple"));
    const notes = drawing.notes.map((one) => decorRow("note", one.id, one.text || words.note, "note"));
    const all = [...groups, ...notes];
    decorRows.replaceChildren(...(all.length ? [make("h3", {}, words.decor), ...all] : []));
    if (here) decorRows.querySelector(`[data-decor="${here}"]`)?.focus();
  }

  function decorRow(kind, id, title, icon) {
    const item = make("button", { type: "button", class: "row-step", "data-decor": `${kind}:${id}`, onclick: () => chooseDecor(kind, id) });
    item.append(document.querySelector(`template[data-icon="${icon}"]`)?.content.cloneNode(true) || "", make("span", { class: "row-text" }, title));
    item.addEventListener("keydown", (event) => {
      const way = { ArrowRight: [STEP, 0], ArrowLeft: [-STEP, 0], ArrowDown: [0, STEP], ArrowUp: [0, -STEP] }[event.key];
      if (way && event.altKey) desk.canvas.nudge({ kind, id }, ...way);
      else if (way && event.shiftKey) desk.canvas.stretch({ kind, id }, ...way);
      else if (event.key === "Enter") chooseDecor(kind, id, true);
      else if (event.key === "Delete" || event.key === "Backspace") desk.edit({ op: "remove", decor: [id] }).then(focus);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return item;
  }

  function chooseDecor(kind, id, isEntered = false) {
    desk.canvas.center(`${kind}:${id}`);
    desk.canvas.choose({ kind, ids: [id] });
    if (isEntered) desk.panel.querySelector("#decor-text")?.focus();
  }

  function drawRow(one, place) {
    const node = nodeOf(one.node);
    const icon = document.querySelector(`template[data-icon="${one.again ? "arrow-narrow-right" : node.icon}"]`);
    const port = one.port ? portTitle(one.source, one.port) : "";
    const label = make("span", { class: "row-text" }, port ? make("span", { class: "row-port" }, port) : null, make("strong", {}, node.title), one.again ? null : make("span", { class: "row-words" }, node.words));
    const item = make("button", { type: "button", class: `row-step step-${node.group}${one.again ? " row-again" : ""}`, "data-row": one.node, tabindex: place === current ? 0 : -1,
      onclick: () => pick(place), onfocus: () => point(place) }, icon ? icon.content.cloneNode(true) : "", label,
    node.marks.length && !one.again ? make("span", { class: `step-mark step-mark-${node.marks[0].severity}`, title: node.marks[0].message }, "!") : null);
    const line = make("li", { class: "row" }, item);
    line.style.setProperty("--depth", one.depth);
    return line;
  }

  function point(place) {
    current = place;
    show();
  }

  function show() {
    buttons().forEach((button, place) => { button.tabIndex = place === current ? 0 : -1; });
    const isStep = Boolean(row()) && !row().again;
    const node = row() && nodeOf(row().node);
    for (const tool of tools.querySelectorAll("[data-tool]")) {
      const { tool: name } = tool.dataset;
      tool.disabled = !row() || (name === "up" && !isUpward()) || (name === "down" && !follower()) || (["after", "connect"].includes(name) && !isStep) || (name === "inside" && !(isStep && node.loop));
      if (name === "inside") tool.hidden = tool.disabled;
    }
  }

  function pick(place) {
    point(place);
    desk.canvas.center(row().node);
    desk.canvas.choose({ kind: "node", ids: [row().node] });
  }

  function choose({ kind, ids }) {
    buttons().forEach((button) => button.setAttribute("aria-pressed", String(kind === "node" && ids.includes(button.dataset.row))));
    for (const item of decorRows.querySelectorAll("[data-decor]")) item.setAttribute("aria-pressed", String(ids.some((id) => item.dataset.decor === `${kind}:${id}`)));
    const place = kind === "node" && !ids.includes(row()?.node) ? drawing.outline.findIndex((one) => one.node === ids[0] && !one.again) : -1;
    if (place < 0) return;
    point(place);
    if (rows.contains(document.activeElement)) focus();
  }

  function focus() {
    if (!box.hidden) buttons()[current]?.focus();
  }

  /* what a row can do */

  const above = () => drawing.outline.find((one) => one.node === row()?.source && !one.again);
  const isUpward = () => Boolean(!row()?.again && above()?.source);
  const follower = () => (row() && !row().again && row().source ? drawing.outline.find((one) => one.source === row().node && !one.again) : null);
  const acts = {
    after: () => ask(words.addAfter, [ports(), kinds()], ([port, type]) => desk.edit({ op: "add", type, after: row().node, port })),
    inside: () => ask(words.addInside, [kinds()], ([type]) => desk.edit({ op: "add", type, inside: row().node, at: nodeOf(row().node).at.map((part, axis) => part + (axis ? 60 : 40)) })),
    up: () => desk.edit({ op: "move", node: row().node, after: above().source, port: above().port }),
    down: () => desk.edit({ op: "move", node: row().node, after: follower().node }),
    connect: () => ask(words.connectTo, [ports(), targets()], ([port, target]) => desk.edit({ op: "connect", source: row().node, port, target })),
    remove: () => (severalChosen() ? desk.removeSelected() : row().again ? desk.edit({ op: "disconnect", edge: row().edge }) : desk.edit({ op: "remove", nodes: [row().node] })),
  };

  const severalChosen = () => desk.canvas.selected.kind === "node" && desk.canvas.selected.ids.length > 1 && desk.canvas.selected.ids.includes(row().node);
  const ports = () => nodeOf(row().node).ports.map((port) => [port.name, port.title || words.next]);
  const targets = () => drawing.nodes.filter((node) => node.id !== row().node && !node.trigger && node.inside === nodeOf(row().node).inside).map((node) => [node.id, `${node.title} (${node.id})`]);
  const kinds = () => [...palette.querySelectorAll("[data-type]")].filter((item) => !item.dataset.type.startsWith("trigger.")).map((item) => [item.dataset.type, item.textContent.trim()]);

  /** Ask in a line under the list; Enter does it, Esc goes back. */
  function ask(title, lists, done) {
    const picks = lists.map((list, place) => {
      const element = make("select", { class: "form-select", "aria-label": `${title} ${place + 1}` });
      element.append(...list.map(([value, text]) => make("option", { value }, text)));
      return element;
    });
    if (picks.some((element) => !element.options.length)) return;
    const close = () => {
      asking.replaceChildren();
      focus();
    };
    const form = make("form", { class: "row-ask", onsubmit: (event) => {
      event.preventDefault();
      const chosen = picks.map((element) => element.value);
      close();
      done(chosen);
    } }, make("strong", {}, title), ...picks, make("span", { class: "row-ask-end" }, make("button", { class: "btn btn-primary btn-sm" }, words.do), make("button", { type: "button", class: "btn btn-sm", onclick: close }, words.cancel)));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "SELECT") { event.preventDefault(); form.requestSubmit(); }
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
    asking.replaceChildren(form);
    picks[0].focus();
  }

  /* keys and buttons */

  function step(by) {
    point(Math.max(0, Math.min(drawing.outline.length - 1, current + by)));
    focus();
  }

  /** One row further, and chosen together with those before it. */
  function extend(by) {
    const { kind, ids } = desk.canvas.selected;
    const before = kind === "node" && ids.includes(row().node) ? ids : [row().node];
    step(by);
    desk.canvas.choose({ kind: "node", ids: [...new Set([...before, row().node])] });
  }

  const keys = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Home: () => step(-drawing.outline.length), End: () => step(drawing.outline.length),
    "+": acts.after, "=": acts.after, n: acts.after, i: acts.inside, c: acts.connect, Delete: acts.remove, Backspace: acts.remove };

  rows.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || !row()) return;
    const act = event.altKey ? { ArrowUp: "up", ArrowDown: "down" }[event.key] : "";
    const tool = act && tools.querySelector(`[data-tool="${act}"]`);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (tool && !tool.disabled) acts[act]();
    else if (event.shiftKey && by) extend(by);
    else if (!event.altKey && event.key === "Enter") enter();
    else if (!event.altKey && keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** Open the step's panel and go into it. */
  function enter() {
    pick(current);
    const wait = new MutationObserver(() => {
      const field = desk.panel.querySelector("#node-title");
      if (!field) return;
      wait.disconnect();
      field.focus();
    });
    wait.observe(desk.panel, { childList: true });
  }

  tools.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]");
    if (tool && row()) acts[tool.dataset.tool]();
  });

  tabs.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-side]");
    if (!tab) return;
    for (const other of tabs.querySelectorAll("[data-side]")) other.setAttribute("aria-selected", String(other === tab));
    palette.hidden = tab.dataset.side !== "palette";
    box.hidden = !palette.hidden;
    document.getElementById("flow-designer").classList.toggle("with-list", !box.hidden);
    focus();
  });

  return { draw, choose, focus };
}
